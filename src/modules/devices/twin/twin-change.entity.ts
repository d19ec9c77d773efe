import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { ActorKind } from '../../auth/audit/audit-entry.contract.js';
import type { TwinDocument } from './device-twin.entity.js';

export const twinSides = ['target', 'reported'] as const;
export type TwinSide = (typeof twinSides)[number];

/** One change of one side of a twin; written once and never changed. */
@Entity('twin_changes')
@Index('IDX_twin_changes_device_id', ['deviceId', 'id'])
@Check('CK_twin_changes_side', `side IN ('target', 'reported')`)
@Check('CK_twin_changes_actor_kind', `actor_kind IN ('user', 'api_key', 'device', 'system')`)
export class TwinChange {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'PK_twin_changes' })
  id!: string;

  @PrimaryColumn('uuid', { name: 'tenant_id', primaryKeyConstraintName: 'PK_twin_changes' })
  tenantId!: string;

  @Column('uuid', { name: 'device_id' })
  deviceId!: string;

  @Column('text')
  side!: TwinSide;

  /** The version that it made. */
  @Column('bigint')
  version!: string;

  /** The merge patch from the version before. */
  @Column('jsonb')
  change!: TwinDocument;

  /** The target as it was then. Null for reports: devices repeat themselves, and the changes say all of it. */
  @Column('jsonb', { nullable: true })
  document!: TwinDocument | null;

  @Column('text', { name: 'actor_kind' })
  actorKind!: ActorKind;

  @Column('uuid', { name: 'actor_id', nullable: true })
  actorId!: string | null;

  /** As it was then. */
  @Column('text', { name: 'actor_name', nullable: true })
  actorName!: string | null;
}
