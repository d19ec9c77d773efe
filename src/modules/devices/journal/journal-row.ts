import { hashKey, newId } from '../../../core/ids/uuid-v7.js';
import { pack } from '../../../core/packing/packed.js';
import type { DeviceEvent } from './device-event.contract.js';
import type { JournalRow } from './journal.statement.js';

/** A message as it is stored or spooled. Its id is made here, once, and stays its own whatever way it takes. */
export function journalRowOf(event: DeviceEvent): JournalRow {
  const id = newId(event.receivedAtMs);
  return {
    id,
    key: keyOf(event, id),
    tenant_id: event.tenantId,
    device_id: event.deviceId ?? null,
    dev_eui: event.devEui,
    time: new Date(event.timeMs),
    received_at: new Date(event.receivedAtMs),
    f_cnt: event.fCnt,
    f_port: event.fPort,
    source: event.source,
    event: event.event,
    body: pack(event.body),
    error: event.error === null ? null : JSON.stringify(event.error),
    worker_id: null,
    lease_token: null,
  };
}

/** A message without an id of its own is never a duplicate: its key is its event's id. */
function keyOf(event: DeviceEvent, id: string): string {
  return event.deduplicationId === null
    ? id
    : hashKey(event.tenantId, event.source, event.deviceId ?? event.devEui, event.event, event.deduplicationId);
}
