import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { TenantEntity } from '../../auth/tenant.entity.js';

/**
 * How far it has come. `registering`: the upstream has not answered yet. `exchanging`: it knows the device, which now shows
 * that it holds its key. `linked`: heartbeats go and target states come. `refused` and `replaced` are ends.
 */
export type RegistrationState = 'registering' | 'exchanging' | 'linked' | 'refused' | 'replaced';

/** What the device says of itself when it registers. */
export interface RegistrationRequest {
  uuid: string;
  deviceName: string;
  deviceType: string;
  macAddress?: string;
  osVersion?: string;
  supervisorVersion?: string;
}

/** One registration of this instance with an upstream, from the request to its end. Its id is its job’s. */
@Entity('upstream_registrations')
@Index('UQ_upstream_registrations_tenant_id', ['tenantId'], { unique: true, where: 'ended_at IS NULL' })
@Index('IDX_upstream_registrations_id', ['tenantId', 'id'])
@Check('CK_upstream_registrations_state', `state IN ('registering', 'exchanging', 'linked', 'refused', 'replaced')`)
export class UpstreamRegistration {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'PK_upstream_registrations' })
  id!: string;

  @ForeignKey(() => TenantEntity, { name: 'FK_upstream_registrations_tenant_id', onDelete: 'CASCADE' })
  @Column('uuid', { name: 'tenant_id' })
  tenantId!: string;

  @Column('text', { name: 'api_endpoint' })
  apiEndpoint!: string;

  @Column('jsonb')
  request!: RegistrationRequest;

  /** Forgotten as soon as it has done its work, or can do none. */
  @Column('text', { name: 'provisioning_key_sealed', nullable: true })
  provisioningKeySealed!: string | null;

  /** Made here before the first request, so that a repeated request is the same device; the identity’s own once linked. */
  @Column('text', { name: 'device_key_sealed', nullable: true })
  deviceKeySealed!: string | null;

  @Column('text')
  state!: RegistrationState;

  @Column('text', { name: 'device_id', nullable: true })
  deviceId!: string | null;

  @Column('text', { name: 'device_name', nullable: true })
  deviceName!: string | null;

  @Column('timestamptz', { name: 'registered_at', nullable: true })
  registeredAt!: Date | null;

  /** Since the last success. */
  @Column('integer', { default: 0 })
  failures!: number;

  @Column('text', { name: 'last_error', nullable: true })
  lastError!: string | null;

  @Column('timestamptz', { name: 'next_attempt_at', nullable: true })
  nextAttemptAt!: Date | null;

  /** The last heartbeat that the upstream took. */
  @Column('timestamptz', { name: 'contacted_at', nullable: true })
  contactedAt!: Date | null;

  /** The ETag of the target state that was pulled last. */
  @Column('text', { name: 'target_tag', nullable: true })
  targetTag!: string | null;

  /** What the upstream took of our state: it is told only what differs. */
  @Column('jsonb', { default: {} })
  reported!: object;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'ended_at', nullable: true })
  endedAt!: Date | null;
}
