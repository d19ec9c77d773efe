import { describe, expect, it } from '@jest/globals';
import { PageLinkQuery } from './dto/page-link.query.js';
import { ownPageOf, pageDataOf } from './page-data.rules.js';

const link = (given: Partial<PageLinkQuery>) => Object.assign(new PageLinkQuery(), given);

describe('ownPageOf', () => {
  it('counts pages from 0, newest first', () => {
    expect(ownPageOf(link({ page: 2, pageSize: 10 }))).toEqual({ skip: 20, limit: 10, sort: '-created_at' });
  });

  it('searches by name and sorts as asked', () => {
    const asked = link({ textSearch: ' gate ', sortProperty: 'name', sortOrder: 'ASC' });
    expect(ownPageOf(asked)).toEqual({ skip: 0, limit: 100, sort: 'name', name: 'gate' });
    expect(ownPageOf(link({ textSearch: ' ' }))).not.toHaveProperty('name');
  });
});

describe('pageDataOf', () => {
  const page = (rows: number, total: number, pageNumber = 0, pageSize = 2) =>
    pageDataOf({ rows: Array.from({ length: rows }, (_, n) => n), total }, { page: pageNumber, pageSize }, String);

  it('says how much there is and whether more follows', () => {
    expect(page(2, 5)).toEqual({ data: ['0', '1'], totalPages: 3, totalElements: 5, hasNext: true });
    expect(page(1, 5, 2)).toMatchObject({ hasNext: false });
    expect(page(0, 0)).toEqual({ data: [], totalPages: 0, totalElements: 0, hasNext: false });
  });

  it('goes on behind what is counted', () => {
    expect(page(2, 10_000, 6_000)).toMatchObject({ hasNext: true });
    expect(page(1, 10_000, 6_000)).toMatchObject({ hasNext: false });
  });
});
