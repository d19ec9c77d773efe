import { PartialType } from '@nestjs/swagger';
import { ReadOnly, refuseReadOnly } from '../../../core/http/read-only.js';
import { laneHealths } from '../../../core/queue/lane-health.js';
import { CreateIntegrationRequest } from './create-integration.request.js';
import type { IntegrationResponse } from './integration.response.js';

/** What changes of an integration: absent fields stay, null clears. */
export class UpdateIntegrationRequest extends PartialType(CreateIntegrationRequest, { skipNullProperties: false }) {
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
export function refuseReadOnlyFields(request: UpdateIntegrationRequest, stored: IntegrationResponse): void {
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
