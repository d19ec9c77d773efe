import { PartialType } from '@nestjs/swagger';
import { ReadOnly, refuseReadOnly } from '../../../core/http/read-only.js';
import { laneHealths } from '../../../core/queue/lane-health.js';
import { CreateStorageRequest } from './create-storage.request.js';
import type { StorageResponse } from './storage.response.js';

/** What changes of a storage: absent fields stay, null clears. */
export class UpdateStorageRequest extends PartialType(CreateStorageRequest, { skipNullProperties: false }) {
  @ReadOnly()
  id?: unknown;

  @ReadOnly()
  status?: unknown;

  @ReadOnly()
  health?: unknown;

  @ReadOnly({ type: Object })
  deliveries?: unknown;

  @ReadOnly({ type: Number })
  version?: unknown;

  @ReadOnly()
  created_at?: unknown;

  @ReadOnly()
  updated_at?: unknown;
}

/** What GET gave may be PUT, also while health and deliveries change by themselves, and status with `enabled` beside it. */
export function refuseReadOnlyFields(request: UpdateStorageRequest, stored: StorageResponse): void {
  const { enabled, health } = request;
  const isHealth = laneHealths.some((known) => known === health);
  refuseReadOnly(request, stored, {
    id: 'same',
    version: 'not_later',
    created_at: 'same',
    updated_at: 'not_later',
    ...(enabled === undefined ? { status: 'same' } : {}),
    ...(isHealth ? {} : { health: 'same' }),
  });
}
