import { applyDecorators, type Type } from '@nestjs/common';
import { ApiOkResponse, type ApiResponseOptions } from '@nestjs/swagger';

type Headers = NonNullable<Extract<ApiResponseOptions, { type?: unknown }>['headers']>;

const link = {
  Link: { description: 'Where the next page is: `<…>; rel="next"`.', schema: { type: 'string' } },
} as const;
const total = {
  'X-Total-Count': { description: 'How many entries there are, counted to 10,000.', schema: { type: 'integer' } },
  'X-Total-Count-Capped': { description: '`true` if there are more than 10,000.', schema: { type: 'boolean' } },
} as const;

/** Documents a list that is paged by skip and limit. */
export const ApiPage = (type: Type) => apiArray(type, { ...total, ...link });

/** Documents a history that is paged by a cursor, and counted only when asked. */
export const ApiCursorPage = (type: Type) => apiArray(type, { ...link, ...total });

function apiArray(type: Type, headers: Headers) {
  return applyDecorators(ApiOkResponse({ type, isArray: true, headers }));
}
