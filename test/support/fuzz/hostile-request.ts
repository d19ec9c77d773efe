import fc from 'fast-check';
import type { ApiDocument, Json, Operation, Parameter } from './api-document.js';
import { hostileBody, hostileTexts, hostileValue, spoilt } from './hostile.js';
import { WellFormed } from './well-formed.js';

export type Actor = 'admin' | 'api key' | 'stranger' | 'nobody';

/** One request to an operation, before its path names rows that are there when it is sent. */
export interface FuzzRequest {
  actor: Actor;
  /** Undefined is the id of a row that there is. */
  path: (string | undefined)[];
  query: string;
  headers: Record<string, string>;
  body: string | Buffer | undefined;
}

const oddQueries = [
  'limit=1&limit=2',
  'limit[]=1',
  'limit[a]=1',
  '__proto__[polluted]=1',
  'constructor.prototype.polluted=1',
  'unknown=1',
  'skip=%zz',
  'name=%00',
  'name=%ED%A0%80',
  'name=%FF%FE',
  'cursor=%7B%7D',
  'from=2026-01-01&to=2025-01-01',
  '&&==&',
  'skip=1e9&limit=0x10',
];

const oddHeaders: Record<string, string>[] = [
  { 'if-match': '*' },
  { 'if-match': '"1-x", W/"2-y"' },
  { 'if-match': `"${'x'.repeat(5_000)}"` },
  { 'if-none-match': '*' },
  { 'x-request-id': 'a b\tc' },
  { 'x-request-id': 'x'.repeat(5_000) },
  { accept: 'application/xml' },
  { accept: '*/*;q=0, text/html' },
  { 'accept-encoding': 'br;q=x' },
  { 'content-encoding': 'gzip' },
  { 'content-type': 'text/plain' },
  { 'content-type': 'application/json; charset=utf-16' },
  { 'content-type': 'multipart/form-data; boundary=x' },
  { 'content-type': 'application/x-www-form-urlencoded' },
  { 'content-type': 'application/xml' },
  { 'content-type': ';' },
  { 'idempotency-key': '\u00ff'.repeat(300) },
  { 'x-forwarded-for': '127.0.0.1, ::1', 'x-forwarded-proto': 'javascript', 'x-forwarded-host': '"><x>' },
  { 'x-http-method-override': 'DELETE' },
  { authorization: 'Bearer' },
  { authorization: 'Bearer  \t' },
  { authorization: `Bearer ${'a.'.repeat(3_000)}` },
  { authorization: 'Basic OnNlY3JldA==' },
  { 'x-api-key': 'flk__' },
  { 'x-api-key': '' },
  { cookie: 'token=x' },
  { range: 'bytes=0-1,5-' },
  { expect: 'nothing' },
];

/** Makes requests to one operation: well-formed ones, and such in which something is not as it should be. */
export class RequestMaker {
  private readonly wellFormed: WellFormed;

  /** `goodBodies` are such as the operation would take, which the document alone does not tell. */
  constructor(
    document: ApiDocument,
    ids: readonly string[],
    private readonly goodBodies: Readonly<Record<string, readonly Json[]>>,
  ) {
    this.wellFormed = new WellFormed(document, ids);
  }

  requests(operation: Operation): fc.Arbitrary<FuzzRequest> {
    const of = (place: string) => operation.parameters.filter((parameter) => parameter.in === place);
    return fc
      .record({
        actor: often<Actor>(6, fc.constant('admin'), fc.constantFrom('api key', 'stranger', 'nobody')),
        path: fc.tuple(...of('path').map(() => pathPart)),
        query: this.query(of('query')),
        headers: often(3, fc.constant({}), fc.constantFrom(...oddHeaders)),
        body: this.body(operation),
      })
      .map(({ body, headers, ...request }) => ({
        ...request,
        headers: { ...body?.headers, ...headers },
        body: body?.text,
      }));
  }

  private query(parameters: readonly Parameter[]): fc.Arbitrary<string> {
    const pairs = parameters.map(({ name, schema, required = false }) => {
      const value = often(3, this.wellFormed.value(schema), fc.constantFrom<Json>(...hostileTexts));
      const pair = value.map(
        (given) => `${name}=${escaped(typeof given === 'string' ? given : JSON.stringify(given))}`,
      );
      return fc.option(pair, { freq: required ? 9 : 1, nil: undefined });
    });
    return fc
      .tuple(often(4, fc.constant(undefined), fc.constantFrom(...oddQueries)), ...pairs)
      .map((parts) => parts.filter((part) => part !== undefined).join('&'));
  }

  private body({ name, body: contents }: Operation) {
    const bodies = contents.map(({ contentType, schema }) => {
      const good = this.goodBodies[name] ?? [];
      const whole = this.wellFormed.value(schema);
      const fitting =
        good.length === 0
          ? whole
          : fc.oneof(
              fc.tuple(fc.constantFrom(...good), fc.nat(300)).map((made) => renamed(...made)),
              whole,
            );
      const broken = fc
        .tuple(fitting, fc.nat(), fc.nat(), hostileValue)
        .map(([value, where, how, hostile]) => spoilt(copied(value), where, how, copied(hostile)));
      return fc
        .oneof(fitting, broken)
        .map((value) => ({ text: encoded(value, contentType), headers: { 'content-type': contentType } }));
    });
    const raw = hostileBody.map((text) => ({
      text,
      headers: { 'content-type': contents[0]?.contentType ?? 'application/json' },
    }));
    if (bodies.length === 0) return often(5, fc.constant(undefined), raw);
    return fc.oneof(
      { weight: 8, arbitrary: fc.oneof(...bodies) },
      { weight: 1, arbitrary: raw },
      { weight: 1, arbitrary: fc.constant(undefined) },
    );
  }
}

/** Dots alone would lead to another path, and so to another operation. */
const pathPart = often(
  4,
  fc.constant(undefined),
  fc.oneof(
    fc.uuid({ version: 7 }),
    fc.constantFrom(
      ...hostileTexts.filter((text) => text !== '').map(escaped),
      '%zz',
      '%ED%A0%80',
      '-1',
      '1.5',
      '99999999999',
      '1e3',
    ),
  ),
);

function often<T>(weight: number, usual: fc.Arbitrary<T>, seldom: fc.Arbitrary<T>): fc.Arbitrary<T> {
  return fc.oneof({ weight, arbitrary: usual }, { weight: 1, arbitrary: seldom });
}

function escaped(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

/** Of few names, so that some are taken. */
function renamed(good: Json, some: number): Json {
  if (typeof good !== 'object' || good === null || Array.isArray(good) || !('name' in good)) return good;
  return { ...good, name: `fuzz ${some}` };
}

function encoded(value: Json, contentType: string): string {
  if (contentType !== 'application/x-www-form-urlencoded') return JSON.stringify(value);
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.entries(value)
    .map(([key, item]) => `${escaped(key)}=${escaped(typeof item === 'string' ? item : JSON.stringify(item))}`)
    .join('&');
}

/** Of its own, since it will be changed; JSON keeps a field that is called __proto__. */
function copied(value: Json): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}
