import type { Tagged } from '../../../core/http/entity-tag.js';

/**
 * What the ETag of a target is made of, for people and for the device. The time is there because a device that is
 * registered anew under its uuid begins anew with its versions.
 */
export function tagOf(twin: { targetVersion: number; targetAt: Date | null; registeredAt: Date }): Tagged {
  return { version: twin.targetVersion, updated_at: (twin.targetAt ?? twin.registeredAt).toISOString() };
}
