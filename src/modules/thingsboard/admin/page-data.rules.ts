import type { PageLinkQuery } from './dto/page-link.query.js';

/** Lists count up to here; behind it the rows themselves say whether there are more. */
const countedUpTo = 10_000;

export type Sort = 'name' | '-name' | 'created_at' | '-created_at';

/** A page as our own lists are asked for it. */
export interface OwnPage {
  skip: number;
  limit: number;
  sort: Sort;
  name?: string;
}

/** A page as ThingsBoard's clients read it. */
export interface PageData<Item> {
  data: Item[];
  totalPages: number;
  totalElements: number;
  hasNext: boolean;
}

export function ownPageOf({ page, pageSize, textSearch, sortProperty, sortOrder }: PageLinkQuery): OwnPage {
  const field = sortProperty === 'name' ? 'name' : 'created_at';
  const sort: Sort = sortOrder === 'ASC' ? field : `-${field}`;
  const name = textSearch?.trim() ?? '';
  return { skip: page * pageSize, limit: pageSize, sort, ...(name === '' ? {} : { name }) };
}

export function pageDataOf<Row, Item>(
  { rows, total }: { rows: readonly Row[]; total: number },
  { page, pageSize }: Pick<PageLinkQuery, 'page' | 'pageSize'>,
  shown: (row: Row) => Item,
): PageData<Item> {
  const seen = page * pageSize + rows.length;
  return {
    data: rows.map(shown),
    totalPages: Math.ceil(total / pageSize),
    totalElements: total,
    hasNext: seen < total || (total >= countedUpTo && rows.length === pageSize),
  };
}
