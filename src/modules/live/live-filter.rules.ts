import type { LiveFilter, LiveItem } from './live-item.contract.js';

/** A listener that names a device or a flow hears of nothing that belongs to another, or to none. */
export function isHeard({ types, deviceId, flowId }: LiveFilter, item: LiveItem): boolean {
  return (
    types.includes(item.type) &&
    (deviceId === undefined || item.deviceId === deviceId) &&
    (flowId === undefined || item.flowId === flowId)
  );
}
