import { describe, expect, it } from '@jest/globals';
import { CursorPage } from './cursor-page.js';
import { pageHeaders } from './page-headers.js';
import { Page } from './page.js';

const url = (query = '') => new URL(`https://iot.example.org/api/v1/devices${query}`);
const items = (count: number) => Array.from({ length: count }, (_, n) => n);

describe('the headers of a page', () => {
  it('lead to the next one and keep the other parameters', () => {
    expect(pageHeaders(new Page(items(10), 25), url('?name=a%26b&skip=10&limit=10'))).toEqual({
      'x-total-count': '25',
      link: '<https://iot.example.org/api/v1/devices?name=a%26b&skip=20&limit=10>; rel="next"',
    });
  });

  it('take the default limit where none was given', () => {
    expect(pageHeaders(new Page(items(100), 101), url())['link']).toContain('skip=100&limit=100');
  });

  it('lead nowhere from the last page, nor from one beyond it', () => {
    expect(pageHeaders(new Page(items(5), 25), url('?skip=20&limit=10'))).toEqual({ 'x-total-count': '25' });
    expect(pageHeaders(new Page([], 25), url('?skip=100'))).toEqual({ 'x-total-count': '25' });
    expect(pageHeaders(new Page([], 0), url())).toEqual({ 'x-total-count': '0' });
  });

  it('say when counting stopped, and then go on while pages are full', () => {
    const capped = { 'x-total-count': '10000', 'x-total-count-capped': 'true' };
    expect(pageHeaders(new Page(items(10), 10_001), url('?skip=20000&limit=10'))).toMatchObject({
      ...capped,
      link: expect.stringContaining('skip=20010'),
    });
    expect(pageHeaders(new Page(items(9), 20_009), url('?skip=20000&limit=10'))).toEqual(capped);
  });
});

describe('the headers of a history', () => {
  it('carry the cursor, and no skip, which it has taken into account', () => {
    expect(pageHeaders(new CursorPage(items(10), 'next'), url('?event=up&skip=10&limit=10'))).toEqual({
      link: '<https://iot.example.org/api/v1/devices?event=up&limit=10&cursor=next>; rel="next"',
    });
  });

  it('replace the cursor they came by', () => {
    const { link } = pageHeaders(new CursorPage(items(10), 'third'), url('?cursor=second'));
    expect(link).toContain('?cursor=third>');
  });

  it('count only when asked, and end at the end', () => {
    expect(pageHeaders(new CursorPage(items(1), null, 1), url())).toEqual({ 'x-total-count': '1' });
    expect(pageHeaders(new CursorPage(items(1), null), url())).toEqual({});
  });
});
