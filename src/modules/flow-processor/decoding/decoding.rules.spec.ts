import { describe, expect, it } from '@jest/globals';
import type { Envelope } from '../../devices/journal/envelope/envelope.contract.js';
import type { SandboxResult } from '../../functions/sandbox/sandbox.contract.js';
import { awaitsDecoding, decodedBy } from './decoding.rules.js';

const awaits = (body: Record<string, unknown>, name = 'up'): boolean => {
  const { data, object } = body as { data?: string; object?: Record<string, unknown> };
  const envelope = { data: object ?? {}, ...(data === undefined ? {} : { payload: data }) } as unknown;
  return awaitsDecoding({ event: name, body: Buffer.from(JSON.stringify(body)) }, envelope as Envelope);
};

describe('an uplink awaits decoding', () => {
  it('when it has bytes and nobody decoded them', () => {
    expect(awaits({ data: 'AQ==' })).toBe(true);
    expect(awaits({ data: 'AQ==', object: null })).toBe(true);
  });

  it.each([
    ['decoded already', { data: 'AQ==', object: { t: 1 } }],
    ['decoded to nothing', { data: 'AQ==', object: {} }],
    ['without bytes', { data: '' }],
    ['without any data', {}],
    ['still encrypted', { data: 'AQ==', joinServerContext: { sessionKeyId: 'x' } }],
  ])('not when it is %s', (_, body) => {
    expect(awaits(body)).toBe(false);
  });

  it('not when it is another event', () => {
    expect(awaits({ data: 'AQ==' }, 'telemetry')).toBe(false);
  });
});

describe('what a codec answered', () => {
  const result = (given: Partial<SandboxResult>): SandboxResult => ({
    status: 'success',
    outputJson: null,
    logs: [],
    error: null,
    durationMs: 1,
    ...given,
  });

  it('is its data, with its warnings', () => {
    const logs = [
      { level: 'log' as const, message: 'seen' },
      { level: 'warn' as const, message: 'battery low' },
    ];
    const decoded = decodedBy(result({ outputJson: '{"event":"up","data":{"t":21}}', logs }));
    expect(decoded).toEqual({ decoded: { t: 21 }, warnings: ['battery low'], error: null });
  });

  it.each([
    ['nothing', { status: 'filtered' as const }, 'codec.nothing'],
    ['a number', { outputJson: '{"data":5}' }, 'codec.no_object'],
    ['a list', { outputJson: '{"data":[5]}' }, 'codec.no_object'],
    ['an error', { status: 'error' as const, error: { code: 'codec.errors' as const, message: 'x' } }, 'codec.errors'],
  ])('is an error where it is %s', (_, given, code) => {
    expect(decodedBy(result(given))).toMatchObject({ decoded: null, error: { code } });
  });
});
