/** What can be listened to. A turn of a device is an event of its device, told under a name of its own. */
export const liveTypes = ['device_event', 'status_change', 'flow_run', 'delivery_failed', 'twin_change'] as const;
export type LiveType = (typeof liveTypes)[number];

/** One thing that happened, as listeners get it. */
export interface LiveItem {
  type: LiveType;
  /** Of its row, a UUIDv7: where a listener was when it lost the line. */
  id: string;
  deviceId: string | null;
  flowId: string | null;
  /** What the history shows of it. */
  data: unknown;
}

/** What one listener wants to hear. */
export interface LiveFilter {
  types: readonly LiveType[];
  deviceId: string | undefined;
  flowId: string | undefined;
}

/** Why a listener has missed something, and should read its lists anew. */
export type ResetReason =
  | 'unknown_id' // Last-Event-ID is none of ours
  | 'too_old' // it is from too long ago
  | 'too_many' // more has happened than is told here
  | 'too_slow'; // the listener did not read what it was sent
