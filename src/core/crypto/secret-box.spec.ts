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
    expect(sealed).toMatch(/^v1\.[\w-]{8}\.[\w-]{16}\.[\w-]+\.[\w-]{22}$/);
    expect(sealed).not.toBe(box.seal('hunter2', 'a'));
    expect(sealed).not.toContain('hunter2');
  });

  it('does not open what was moved to another row', () => {
    expect(() => box.open(box.seal('hunter2', 'integration:1'), 'integration:2')).toThrow(SecretUnreadable);
  });

  it('does not open what was changed, cut or never sealed', () => {
    const parts = box.seal('hunter2', 'a').split('.');
    const flipped = parts.map((part, n) => (n === 3 ? Buffer.from(part, 'base64url').map((b) => b ^ 1) : part));
    const changed = flipped.map((part) => (typeof part === 'string' ? part : Buffer.from(part).toString('base64url')));
    for (const wrong of [changed.join('.'), parts.slice(0, 4).join('.'), 'hunter2', '', [...parts, 'x'].join('.')]) {
      expect(() => box.open(wrong, 'a')).toThrow(SecretUnreadable);
    }
    // A shorter tag would be easier to forge.
    const shortTag = [
      ...parts.slice(0, 4),
      Buffer.from(parts[4] ?? '', 'base64url')
        .subarray(0, 4)
        .toString('base64url'),
    ];
    expect(() => box.open(shortTag.join('.'), 'a')).toThrow(SecretUnreadable);
  });

  it('reads what an older key sealed and says that it is due for sealing anew', () => {
    const sealed = boxOf(oldKey).seal('hunter2', 'a');
    const rotated = boxOf(newKey, [oldKey]);
    expect(rotated.open(sealed, 'a')).toBe('hunter2');
    expect(rotated.isCurrent(sealed)).toBe(false);
    expect(rotated.isCurrent(rotated.seal('x', 'a'))).toBe(true);
  });

  it('names the key that is missing', () => {
    expect(() => box.open(boxOf(oldKey).seal('hunter2', 'a'), 'a')).toThrow(
      /neither SECRET_KEY nor in SECRET_KEY_PREVIOUS/,
    );
  });
});
