import { describe, expect, it } from '@jest/globals';
import { PasswordHasher } from './password-hasher.service.js';

const passwords = new PasswordHasher();

describe('PasswordHasher', () => {
  it('knows a password by its hash, and no other one', async () => {
    const hash = await passwords.hash('correct horse');
    expect(await passwords.matches(hash, 'correct horse')).toBe(true);
    expect(await passwords.matches(hash, 'correct horsf')).toBe(false);
    expect(await passwords.hash('correct horse')).not.toBe(hash);
  });

  it('knows a password however a keyboard composes its letters', async () => {
    const hash = await passwords.hash('caf\u00e9 au lait');
    expect(await passwords.matches(hash, 'cafe\u0301 au lait')).toBe(true);
  });

  it('takes nobody for somebody, after the same work', async () => {
    expect(await passwords.matches(null, '')).toBe(false);
    const hash = await passwords.hash('correct horse');
    const took = async (against: string | null) => {
      const startedAt = process.cpuUsage();
      await passwords.matches(against, 'wrong');
      const { user, system } = process.cpuUsage(startedAt);
      return user + system;
    };
    const rounds = Array.from({ length: 5 }, (_, round) => round);
    const real: number[] = [];
    const nobody: number[] = [];
    for (const _ of rounds) {
      real.push(await took(hash));
      nobody.push(await took(null));
    }
    // Not a measurement: it only sees whether there is any work at all, which is two orders of magnitude away.
    expect(Math.min(...nobody)).toBeGreaterThan(Math.min(...real) / 4);
  });
});
