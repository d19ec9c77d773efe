import { CursorPage } from './cursor-page.js';
import { countLimit, Page } from './page.js';
import { defaultLimit } from './page.query.js';

/** The headers that say what a bare array cannot: how many there are, and where the next page is. */
export function pageHeaders(page: Page<unknown> | CursorPage<unknown>, requestUrl: URL): Record<string, string> {
  const next = page instanceof Page ? nextOfPage(page, requestUrl) : nextOfCursorPage(page, requestUrl);
  return {
    ...(page.total === undefined ? {} : totalHeaders(page.total)),
    ...(next === undefined ? {} : { link: `<${next.href}>; rel="next"` }),
  };
}

export function totalHeaders(total: number): Record<string, string> {
  return total > countLimit
    ? { 'x-total-count': String(countLimit), 'x-total-count-capped': 'true' }
    : { 'x-total-count': String(total) };
}

function nextOfPage(page: Page<unknown>, requestUrl: URL): URL | undefined {
  const limit = Number(requestUrl.searchParams.get('limit') ?? defaultLimit);
  const seen = Number(requestUrl.searchParams.get('skip') ?? 0) + page.items.length;
  // A total above the limit is "at least so many": then a full page means that there may be more.
  const isMore = page.total > countLimit ? page.items.length >= limit : page.total > seen;
  if (!isMore || page.items.length === 0) return undefined;
  return withParameters(requestUrl, { skip: String(seen), limit: String(limit) });
}

function nextOfCursorPage(page: CursorPage<unknown>, requestUrl: URL): URL | undefined {
  return page.nextCursor === null
    ? undefined
    : withParameters(requestUrl, { skip: undefined, cursor: page.nextCursor });
}

function withParameters(requestUrl: URL, parameters: Record<string, string | undefined>): URL {
  const url = new URL(requestUrl);
  for (const [name, value] of Object.entries(parameters)) {
    if (value === undefined) url.searchParams.delete(name);
    else url.searchParams.set(name, value);
  }
  return url;
}
