/** What a device may be called by; document 000 lets a user choose it. */
export const uuidPattern = /^[A-Za-z0-9._-]{1,64}$/;

/** What can be told of a key: enough to tell two apart, never more than a quarter of it. */
export function hintOf(key: string): string {
  return `${key.slice(0, Math.min(6, Math.floor(key.length / 4)))}...`;
}

export function defaultNameOf(uuid: string): string {
  return `device-${uuid.slice(0, 8)}`;
}

export const defaultType = 'generic';

/** As document 000 makes them. */
export function newDeviceId(nowMs: number): string {
  return `dev_${nowMs}`;
}
