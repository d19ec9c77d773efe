import type { LatestValues } from './device-state.entity.js';

export const devEuiPattern = /^[0-9a-f]{16}$/i;
export const appKeyPattern = /^[0-9a-f]{32}$/i;
export const macPattern = /^[0-9a-f]{2}(?:(:|-)[0-9a-f]{2}(?:\1[0-9a-f]{2}){4}|[0-9a-f]{10})$/i;
/** What devices call themselves: a UUID, but also a chip id or a host name. */
export const deviceUuidPattern = /^[A-Za-z0-9._-]{1,64}$/;

/** `xx-xx-xx-xx-xx-xx` in lower case, from any of the three ways to write a MAC address. */
export function normalMac(text: string): string {
  const digits = text.toLowerCase().replace(/[:-]/g, '');
  return (digits.match(/../g) ?? []).join('-');
}

/** The latest values by key, without the times that decide between them. */
export function plainLatest(latest: LatestValues): Record<string, unknown> {
  return Object.fromEntries(Object.entries(latest).map(([key, [value]]) => [key, value]));
}
