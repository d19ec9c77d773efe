import type { JsonFault } from '../../../core/json/sanitise-json.js';

/** What a message is about, in ChirpStack's words where ChirpStack has one. */
export type EventName = string;

/** What was wrong with a message that was kept all the same. */
export interface EventError {
  code: string;
  message: string;
  faults?: JsonFault[];
}

/** One message from or about a device, authenticated and normalised; the journal does the rest. */
export interface DeviceEvent {
  tenantId: string;
  /** Who speaks: `chirpstack`, `gateway` … Part of the key that recognises duplicates. */
  source: string;
  /** 16 hex digits, upper case; empty where `deviceId` says whose it is. */
  devEui: string;
  /** Whose it is where whoever authenticated the message knows; else it is found by its DevEUI. */
  deviceId?: string;
  event: EventName;
  /** The message's own time, clamped to what is plausible at `receivedAtMs`. */
  timeMs: number;
  receivedAtMs: number;
  fCnt: number | null;
  fPort: number | null;
  /** What tells two messages apart within (tenant, source, DevEUI, event); null: never a duplicate. */
  deduplicationId: string | null;
  /** The bytes as they came, so that nothing about them is ever lost. */
  body: Buffer;
  /** The body as sanitised JSON, where somebody has parsed it already. */
  json?: Readonly<Record<string, unknown>>;
  error: EventError | null;
}

/** What became of one message. It is on disk when this is answered. */
export interface Receipt {
  /** The first one's id where the message was a duplicate. */
  eventId: string;
  /** Null: no device has this DevEUI and the message is parked; or nobody could ask yet, and it is spooled. */
  deviceId: string | null;
  duplicate: boolean;
  parked: boolean;
  /**
   * The database is away: the message waits on this server's disk and goes on when it is back. Whether it is a duplicate
   * and whose it is will be known then; a duplicate is found under the first one's id.
   */
  spooled: boolean;
}
