import { describe, expect, it } from '@jest/globals';
import { decide, type FoundFile, type StoredConfig } from './file-decision.rules.js';

const none: FoundFile = { kind: 'none' };
const good = (digest: string, changedAtMs: number, content = { v: digest }): FoundFile => ({
  kind: 'good',
  digest,
  changedAtMs,
  content,
});
const bad = (digest: string, changedAtMs: number): FoundFile => ({ kind: 'bad', digest, changedAtMs, why: 'no JSON' });
const stored = (revision: number, changedAtMs: number, content: object | null): StoredConfig => ({
  revision,
  changedAtMs,
  content: content as StoredConfig['content'],
});

describe('decide, where the folder is known', () => {
  const known = { revision: 3, digest: 'a' };

  it('does nothing while nobody changed anything', () => {
    expect(decide(good('a', 1), known, stored(3, 5, { v: 'a' }))).toBe('nothing');
    expect(decide(bad('a', 1), known, stored(3, 5, { v: 'a' }))).toBe('nothing');
    expect(decide(none, { revision: 3, digest: null }, stored(3, 5, null))).toBe('nothing');
  });

  it('takes what was changed by hand, whatever time the file says, and that it was removed', () => {
    expect(decide(good('b', 1), known, stored(3, 5, { v: 'a' }))).toBe('take');
    expect(decide(none, known, stored(3, 5, { v: 'a' }))).toBe('take');
  });

  it('skips a file that cannot be taken', () => {
    expect(decide(bad('b', 9), known, stored(3, 5, { v: 'a' }))).toBe('skip');
  });

  it('writes what was saved, and removes what was deleted', () => {
    expect(decide(good('a', 1), known, stored(4, 5, { v: 'x' }))).toBe('write');
    expect(decide(good('a', 1), known, stored(4, 5, null))).toBe('write');
    expect(decide(none, { revision: 3, digest: null }, stored(4, 5, { v: 'x' }))).toBe('write');
  });

  it('lets the newer win where both changed, and keeps the other', () => {
    expect(decide(good('b', 9), known, stored(4, 5, { v: 'x' }))).toBe('take');
    expect(decide(good('b', 1), known, stored(4, 5, { v: 'x' }))).toBe('keep beside');
    expect(decide(good('b', 1), known, stored(4, 5, null))).toBe('keep beside');
    expect(decide(bad('b', 9), known, stored(4, 5, { v: 'x' }))).toBe('skip');
    expect(decide(bad('b', 1), known, stored(4, 5, { v: 'x' }))).toBe('write');
    expect(decide(none, known, stored(4, 5, { v: 'x' }))).toBe('write');
  });

  it('takes equal content for no change', () => {
    expect(decide(good('b', 9, { v: 'a' }), known, stored(3, 5, { v: 'a' }))).toBe('note');
    expect(decide(good('b', 1, { v: 'a' }), known, stored(4, 5, { v: 'a' }))).toBe('note');
    expect(decide(none, known, stored(4, 5, null))).toBe('note');
  });
});

describe('decide, for a folder that is seen for the first time', () => {
  it('imports files, writes what it lacks, and deletes nothing', () => {
    expect(decide(good('a', 1), null, null)).toBe('take');
    expect(decide(none, null, stored(2, 5, { v: 'a' }))).toBe('write');
    expect(decide(none, null, null)).toBe('nothing');
  });

  it('lets the newer win', () => {
    expect(decide(good('a', 9), null, stored(2, 5, { v: 'b' }))).toBe('take');
    expect(decide(good('a', 1), null, stored(2, 5, { v: 'b' }))).toBe('keep beside');
    expect(decide(good('a', 1), null, stored(2, 5, null))).toBe('keep beside');
  });

  it('leaves a file alone that it cannot read, but for what is newer', () => {
    expect(decide(bad('a', 1), null, null)).toBe('skip');
    expect(decide(bad('a', 9), null, stored(2, 5, { v: 'b' }))).toBe('skip');
    expect(decide(bad('a', 1), null, stored(2, 5, { v: 'b' }))).toBe('write');
  });
});
