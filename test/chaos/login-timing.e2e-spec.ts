import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PasswordHasher } from '../../src/modules/auth/passwords/password-hasher.service.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { chaosSize, isFullChaos } from '../support/chaos/chaos-size.js';

const rounds = chaosSize('LOGIN_ROUNDS', { short: 5, full: 300 });
const mayDifferBy = 0.1;
let server: TestApp;

/** People by the thousand, with one password; each is tried once, so that no delay gets in the way. */
async function people(count: number, { isActive }: { isActive: boolean }): Promise<string[]> {
  const names = Array.from({ length: count }, () => `user-${randomUUID()}`);
  const hash = await new PasswordHasher().hash('a long enough password');
  await server.database.query(
    `INSERT INTO users (id, email, username, password_hash, is_active)
     SELECT gen_random_uuid(), name || '@example.com', name, $2, $3 FROM unnest($1::text[]) AS name`,
    [names, hash, isActive],
  );
  return names;
}

let asked = 0;
async function tryToLogIn(username: string) {
  // Everybody from elsewhere, for the same reason.
  const headers = { 'x-forwarded-for': `10.${(asked >> 16) & 255}.${(asked >> 8) & 255}.${asked & 255}` };
  asked += 1;
  const startedAt = performance.now();
  const answer = await server.http('POST', '/api/v1/auth/login', {
    body: { username, password: 'a wrong but long password' },
    headers,
  });
  return { tookMs: performance.now() - startedAt, answer };
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

/** What is a request's own, left out. */
function shown({ status, body, headers }: Awaited<ReturnType<typeof tryToLogIn>>['answer']) {
  const { date: _, 'x-request-id': __, ...rest } = headers;
  return { status, body: { ...body, request_id: '' }, headers: rest };
}

beforeAll(async () => {
  server = await startTestApp({ settings: { role: 'api', trustProxy: true } });
});
afterAll(() => server.close());

describe('a login with a wrong password', () => {
  it('says and takes the same for whoever has an account, had one, and has none', async () => {
    const names: Record<string, string[]> = {
      known: await people(rounds, { isActive: true }),
      'known by e-mail': (await people(rounds, { isActive: true })).map((name) => `${name}@example.com`),
      deactivated: await people(rounds, { isActive: false }),
      unknown: Array.from({ length: rounds }, () => `user-${randomUUID()}`),
      'unknown by e-mail': Array.from({ length: rounds }, () => `user-${randomUUID()}@example.com`),
    };
    const took = new Map<string, number[]>(Object.keys(names).map((kind) => [kind, []]));
    await tryToLogIn('somebody'); // what is made at the first login of all is nobody's
    const first = shown((await tryToLogIn('nobody')).answer);
    expect(first).toMatchObject({ status: 401, body: { code: 'auth.bad_credentials' } });
    for (let round = 0; round < rounds; round += 1) {
      for (const [kind, ofKind] of Object.entries(names)) {
        const { tookMs, answer } = await tryToLogIn(ofKind[round] ?? '');
        expect([kind, shown(answer)]).toEqual([kind, first]);
        took.get(kind)?.push(tookMs);
      }
    }
    const medians = [...took].map(([kind, times]) => ({ kind, ms: median(times) }));
    const cells = medians.map(({ kind, ms }) => `${kind} ${ms.toFixed(2)} ms`);
    process.stdout.write(`| login timing | rounds ${rounds} | ${cells.join(' | ')} |\n`);
    if (!isFullChaos) return;
    const all = medians.map(({ ms }) => ms);
    expect(Math.max(...all) / Math.min(...all)).toBeLessThan(1 + mayDifferBy);
  }, 180_000);
});
