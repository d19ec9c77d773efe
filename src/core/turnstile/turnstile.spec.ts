import { describe, expect, it } from '@jest/globals';
import { Turnstile } from './turnstile.js';

/** Work that ends when it is told to. */
function work(): { started: boolean; end: () => void; run: () => Promise<unknown> } {
  const ending = Promise.withResolvers<unknown>();
  const self = {
    started: false,
    end: () => {
      ending.resolve(undefined);
    },
    run: () => {
      self.started = true;
      return ending.promise;
    },
  };
  return self;
}

describe('a turnstile', () => {
  it('lets so many in at once, and the others in their order', async () => {
    const turnstile = new Turnstile(2, 10, () => new Error('full'));
    const all = [work(), work(), work(), work()];
    const passed = all.map((one) => turnstile.pass(one.run));
    const started = () => all.map((one) => one.started);
    await Promise.resolve();
    expect(started()).toEqual([true, true, false, false]);
    all[1]?.end();
    await passed[1];
    await Promise.resolve();
    expect(started()).toEqual([true, true, true, false]);
    all.forEach((one) => {
      one.end();
    });
    await Promise.all(passed);
    expect(started()).toEqual([true, true, true, true]);
  });

  it('refuses whoever would wait too long, and leaves the others their places', async () => {
    const turnstile = new Turnstile(1, 1, () => new Error('full'));
    const [one, other] = [work(), work()];
    const passed = [turnstile.pass(one.run), turnstile.pass(other.run)];
    await expect(turnstile.pass(work().run)).rejects.toThrow('full');
    one.end();
    other.end();
    await Promise.all(passed);
    expect(other.started).toBe(true);
  });

  it('gives the place of failed work to the next', async () => {
    const turnstile = new Turnstile(1, 1, () => new Error('full'));
    const failing = turnstile.pass(() => Promise.reject(new Error('failed')));
    const next = turnstile.pass(() => Promise.resolve('done'));
    await expect(failing).rejects.toThrow('failed');
    expect(await next).toBe('done');
  });
});
