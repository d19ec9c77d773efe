import type { DeviceStatus, LatestValues } from './device-state.entity.js';

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

/** What a device is when nobody holds it in maintenance. Without an expected time it is never late. */
export function statusOf(lastSeenAt: Date | null, expectedMinutes: number | null, now: Date): DeviceStatus {
  if (lastSeenAt === null) return 'never_seen';
  if (expectedMinutes === null) return 'online';
  return lastSeenAt.getTime() + expectedMinutes * 60_000 < now.getTime() ? 'offline' : 'online';
}

/**
 * When the sweeper looks at the device next: when it would be late. Uplinks don't move this, so every device that can be
 * late has one, whether it is online now or not.
 */
export function checkAtOf(
  status: DeviceStatus,
  lastSeenAt: Date | null,
  expectedMinutes: number | null,
  now: Date,
): Date | null {
  if (status === 'maintenance' || expectedMinutes === null) return null;
  const sinceMs = status === 'online' && lastSeenAt !== null ? lastSeenAt.getTime() : now.getTime();
  return new Date(sinceMs + expectedMinutes * 60_000);
}

/** The latest values by key, without the times that decide between them. */
export function plainLatest(latest: LatestValues): Record<string, unknown> {
  return Object.fromEntries(Object.entries(latest).map(([key, [value]]) => [key, value]));
}
