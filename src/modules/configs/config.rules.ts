import { createHash } from 'node:crypto';

const macPattern = /^[0-9a-f]{2}(-[0-9a-f]{2}){5}$/;

/** What a config holds: an object, however deep. */
export type ConfigContent = Readonly<Record<string, unknown>>;

/** Half of what a request may be, so that a bulk assignment can hold one too. */
export const contentLimits = { maxBytes: 512 * 1024, maxDepth: 32 };

/** `xx-xx-xx-xx-xx-xx` in lower case, or null: other ways to write a MAC are other addresses here. */
export function strictMac(text: string): string | null {
  const lower = text.toLowerCase();
  return macPattern.test(lower) ? lower : null;
}

export function fileNameOf(mac: string): string {
  return `${mac}.json`;
}

/** What lists show of a content, under the names that document 003's devices read; null where it says nothing of the kind. */
export function headlineOf(content: ConfigContent | null) {
  const { deviceName, deviceEntityId, enableOTA } = content ?? {};
  return {
    deviceName: typeof deviceName === 'string' ? deviceName : null,
    deviceEntityId: typeof deviceEntityId === 'string' ? deviceEntityId : null,
    enableOta: typeof enableOTA === 'boolean' ? enableOTA : null,
  };
}

/** The strong ETag of the bytes that a device gets. */
export function contentTagOf(content: string): string {
  return `"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`;
}
