import { describe, expect, it } from '@jest/globals';
import { WarmShelf } from './warm-shelf.js';

describe('WarmShelf', () => {
  it('gives the same place again as long as it holds the source', () => {
    const shelf = new WarmShelf(4);
    expect(shelf.use('f', 't')).toEqual({ place: 0, isNew: true });
    expect(shelf.use('g', 't')).toEqual({ place: 1, isNew: true });
    expect(shelf.use('f', 't')).toEqual({ place: 0, isNew: false });
  });

  it('lets the least recently used give way', () => {
    const shelf = new WarmShelf(2);
    shelf.use('f', 'a');
    shelf.use('g', 'b');
    shelf.use('f', 'a');
    expect(shelf.use('h', 'c')).toEqual({ place: 1, isNew: true });
    expect(shelf.has('f')).toBe(true);
    expect(shelf.has('g')).toBe(false);
  });

  it('gives a tenant at most half of the places', () => {
    const shelf = new WarmShelf(8);
    shelf.use('other', 'b');
    for (let n = 0; n < 100; n++) shelf.use(`f${n}`, 'a');
    expect(shelf.has('other')).toBe(true);
    const held = Array.from({ length: 100 }, (_, n) => n).filter((n) => shelf.has(`f${n}`));
    expect(held).toEqual([96, 97, 98, 99]);
  });

  it('never gives one place to two sources', () => {
    const shelf = new WarmShelf(6);
    const held = new Map<number, string>();
    for (let n = 0; n < 500; n++) {
      const key = `f${(n * 7) % 13}`;
      const { place, isNew } = shelf.use(key, `t${(n * 5) % 3}`);
      if (!isNew) expect(held.get(place)).toBe(key);
      held.set(place, key);
      expect(place).toBeLessThan(6);
    }
  });
});
