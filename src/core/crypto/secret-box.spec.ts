import { describe, expect, it } from '@jest/globals';
import { loadSettings } from '../config/load-settings.js';
import { SecretBox, SecretUnreadable } from './secret-box.js';

const oldKey = 'the-old-root-key-of-forty-characters-0123';
const newKey = 'the-new-root-key-of-forty-characters-4567';
const boxOf = (secretKey: string, previousSecretKeys: string[] = []) =>
  new SecretBox(loadSettings({}).with({ secretKey, previousSecretKeys }));

describe('SecretBox', () => {
  const box = boxOf(newKey);

  it('opens what it sealed, whatever the text', () => {
    for (const plain of ['', 'hunter2', 'ключ 🔑', 'x'.repeat(100_000)]) {
      expect(box.open(box.seal(plain, 'a'), 'a')).toBe(plain);
    }
  });

  it('never seals the same text twice alike, and never shows it', () => {
    const sealed = box.seal('hunter2', 'a');
    expect(sealed).toMatch(/^v1\.[\w-]{8}\.[\w-]{80}\.[\w-]+$/);
    expect(sealed).not.toBe(box.seal('hunter2', 'a'));
    expect(sealed).not.toContain('hunter2');
  });

  it('does not open what was moved to another row', () => {
    expect(() => box.open(box.seal('hunter2', 'integration:1'), 'integration:2')).toThrow(SecretUnreadable);
  });

  it('does not open what was changed, cut or never sealed', () => {
    const [version = '', keyId = '', wrapped = '', sealed = ''] = box.seal('hunter2', 'a').split('.');
    const flipped = (text: string, at: number) => {
      const bytes = Buffer.from(text, 'base64url');
      return Buffer.from(bytes.map((byte, n) => (n === at ? byte ^ 1 : byte))).toString('base64url');
    };
    const cut = (text: string, by: number) => Buffer.from(text, 'base64url').subarray(0, -by).toString('base64url');
    const changed = [
      ...[0, 12, 59].map((at) => [version, keyId, flipped(wrapped, at), sealed]),
      ...[0, 12, 34].map((at) => [version, keyId, wrapped, flipped(sealed, at)]),
      // A shorter tag would be easier to forge.
      [version, keyId, cut(wrapped, 12), sealed],
      [version, keyId, wrapped, cut(sealed, 12)],
      [version, keyId, wrapped, ''],
      [version, keyId, wrapped],
      ['v0', keyId, wrapped, sealed],
      [version, keyId, wrapped, sealed, 'x'],
    ].map((parts) => parts.join('.'));
    for (const wrong of [...changed, 'hunter2', '']) expect(() => box.open(wrong, 'a')).toThrow(SecretUnreadable);
  });

  it('opens no secret with the data key of another', () => {
    const [one, other] = [box.seal('hunter2', 'a').split('.'), box.seal('hunter2', 'a').split('.')];
    expect(() => box.open([...one.slice(0, 3), other[3]].join('.'), 'a')).toThrow(SecretUnreadable);
  });

  it('reads what an older key sealed, and puts it under the current one without knowing whose it is', () => {
    const sealed = boxOf(oldKey).seal('hunter2', 'a');
    const rotated = boxOf(newKey, [oldKey]);
    expect(rotated.open(sealed, 'a')).toBe('hunter2');
    expect(sealed.startsWith(rotated.currentPrefix)).toBe(false);
    const rewrapped = rotated.rewrap(sealed);
    expect(rewrapped.startsWith(rotated.currentPrefix)).toBe(true);
    expect(boxOf(newKey).open(rewrapped, 'a')).toBe('hunter2');
    expect(() => boxOf(newKey).open(rewrapped, 'b')).toThrow(SecretUnreadable);
    expect(() => boxOf(oldKey).open(rewrapped, 'a')).toThrow(/neither SECRET_KEY nor/);
  });

  it('names the key that is missing', () => {
    expect(() => box.open(boxOf(oldKey).seal('hunter2', 'a'), 'a')).toThrow(
      /neither SECRET_KEY nor in SECRET_KEY_PREVIOUS/,
    );
  });
});
