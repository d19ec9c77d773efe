import { STATUS_CODES } from 'node:http';
import { HttpException } from '@nestjs/common';
import type { Problem } from './problem.js';

/** Fastify's own refusals. Their texts are replaced where they repeat what the client sent. */
const fastifyProblems: Readonly<Record<string, Omit<Problem, 'status'>>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: { code: 'http.body_too_large', detail: 'the body is larger than 1 MiB' },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: { code: 'http.unsupported_media_type', detail: 'this Content-Type is not read here' },
  FST_ERR_CTP_EMPTY_JSON_BODY: {
    code: 'http.malformed_json',
    detail: 'the body is empty, but its Content-Type says JSON',
  },
  FST_ERR_CTP_INVALID_JSON_BODY: { code: 'http.malformed_json', detail: 'the body is not valid JSON' },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    code: 'http.bad_request',
    detail: 'the body is not as long as Content-Length says',
  },
  FST_ERR_BAD_URL: { code: 'http.bad_url', detail: 'the address is not well-formed' },
  FST_ERR_MAX_PARAM_LENGTH: { code: 'http.uri_too_long', detail: 'a part of the address is too long' },
};

const codes: Readonly<Record<number, string>> = {
  400: 'http.bad_request',
  401: 'http.unauthenticated',
  403: 'http.forbidden',
  404: 'http.not_found',
  405: 'http.method_not_allowed',
  408: 'http.timeout',
  409: 'http.conflict',
  413: 'http.body_too_large',
  414: 'http.uri_too_long',
  415: 'http.unsupported_media_type',
  429: 'http.too_many_requests',
  503: 'http.unavailable',
};

/** What Nest and Fastify refuse before any code of ours runs; undefined for whatever is no refusal of theirs. */
export function httpProblemOf(error: unknown): Problem | undefined {
  const refusal = error instanceof HttpException ? (error.cause ?? error) : error;
  const status = error instanceof HttpException ? error.getStatus() : statusOf(error);
  if (status === undefined || status < 400) return undefined;
  const known = codeOf(refusal);
  if (known !== undefined) return { status, ...known };
  if (refusal instanceof SyntaxError) return { status, code: 'http.malformed_json', detail: jsonDetailOf(refusal) };
  return { status, code: codes[status] ?? `http.status_${status}`, detail: detailOf(error, status) };
}

function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number')) return undefined;
  return error.statusCode < 500 ? error.statusCode : undefined;
}

function codeOf(error: unknown): Omit<Problem, 'status'> | undefined {
  return error instanceof Error && 'code' in error ? fastifyProblems[String(error.code)] : undefined;
}

/** Where the JSON breaks, but not what stands there: it may be a password. */
function jsonDetailOf(error: SyntaxError): string {
  if (error.message.includes('prototype')) return 'the body holds a forbidden key: __proto__ or constructor.prototype';
  const where = /at position \d+(?: \(line \d+ column \d+\))?/.exec(error.message)?.[0];
  return `the body is not valid JSON${where === undefined ? '' : ` ${where}`}`;
}

function detailOf(error: unknown, status: number): string {
  const message = error instanceof Error ? error.message : '';
  // Nest's text for an unknown path repeats the whole address, with whatever key its query carries.
  if (status === 404 && message.startsWith('Cannot ')) return 'there is nothing at this path';
  return message === '' ? (STATUS_CODES[status] ?? 'refused') : message;
}
