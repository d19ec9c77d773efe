import { describe, expect, it } from '@jest/globals';
import { Clock } from '../time/clock.js';
import { ConnectionPool } from './connection-pool.js';

class StoppedClock extends Clock {
  atMs = 1_000_000;
  override nowMs(): number {
    return this.atMs;
  }
}

function aPool() {
  const clock = new StoppedClock();
  const ended: string[] = [];
  const pool = new ConnectionPool<string>(clock, (connection) => {
    ended.push(connection);
    return Promise.resolve();
  });
  const open = ({ destinationId, version }: { destinationId: string; version: number }): string =>
    `${destinationId}:${version}`;
  return { clock, ended, of: (id: string, version: number) => pool.of({ destinationId: id, version }, open), pool };
}

describe('a connection pool', () => {
  it('keeps one connection for a destination and replaces it after an edit', () => {
    const { of, ended } = aPool();
    expect([of('a', 1), of('a', 1), of('b', 1), of('a', 2)]).toEqual(['a:1', 'a:1', 'b:1', 'a:2']);
    expect(ended).toEqual(['a:1']);
  });

  it('ends what nobody used for five minutes', () => {
    const { of, ended, clock, pool } = aPool();
    of('a', 1);
    clock.atMs += 200_000;
    of('b', 1);
    clock.atMs += 100_000;
    pool.sweep();
    expect(ended).toEqual(['a:1']);
  });

  it('ends everything at the end', async () => {
    const { of, ended, pool } = aPool();
    of('a', 1);
    of('b', 1);
    await pool.endAll();
    expect(ended).toEqual(['a:1', 'b:1']);
  });
});
