import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { FieldChanges } from './audit-changes.rules.js';
import type { ActorKind } from './audit-entry.contract.js';

/** One change that somebody made; written once and never changed. Names are kept as they were then. */
@Entity('audit_log')
@Index('IDX_audit_log_subject_id', ['tenantId', 'subjectId', 'id'])
@Index('IDX_audit_log_actor_id', ['tenantId', 'actorId', 'id'])
@Index('IDX_audit_log_action', ['tenantId', 'action', 'id'])
@Index('IDX_audit_log_request_id', ['requestId'])
export class AuditRecord {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'PK_audit_log' })
  id!: string;

  @PrimaryColumn('uuid', { name: 'tenant_id', primaryKeyConstraintName: 'PK_audit_log' })
  tenantId!: string;

  @Column('text')
  action!: string;

  @Column('text', { name: 'subject_kind' })
  subjectKind!: string;

  /** Null for many at once. Text: not everything has a UUID. */
  @Column('text', { name: 'subject_id', nullable: true })
  subjectId!: string | null;

  @Column('text', { name: 'subject_name', nullable: true })
  subjectName!: string | null;

  @Column('text', { name: 'actor_kind' })
  actorKind!: ActorKind;

  @Column('uuid', { name: 'actor_id', nullable: true })
  actorId!: string | null;

  @Column('text', { name: 'actor_name', nullable: true })
  actorName!: string | null;

  @Column('text', { nullable: true })
  address!: string | null;

  @Column('text', { name: 'request_id', nullable: true })
  requestId!: string | null;

  /** Why the system did it. */
  @Column('text', { nullable: true })
  reason!: string | null;

  @Column('jsonb')
  changes!: FieldChanges;

  @Column('jsonb', { nullable: true })
  report!: Record<string, unknown> | null;
}
