import { ApiProperty, getSchemaPath, ApiExtraModels } from '@nestjs/swagger';
import type { Row } from '../../../../core/database/row.js';
import { timeOf } from '../../../../core/ids/uuid-v7.js';
import { anyJson } from '../../../../core/json/any-json.js';
import type { FieldChange } from '../audit-changes.rules.js';
import { actorKinds, type ActorKind } from '../audit-entry.contract.js';
import type { AuditRecord } from '../audit-record.entity.js';

/** Who made a change. */
export class AuditActorResponse {
  @ApiProperty({ enum: actorKinds, description: '`system` for what no request asked for.', example: 'user' })
  kind: ActorKind;

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  id: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'As it was then.', example: 'johndoe' })
  name: string | null;

  constructor(record: Row<AuditRecord>) {
    this.kind = record.actorKind;
    this.id = record.actorId;
    this.name = record.actorName;
  }
}

/** What was changed. */
export class AuditSubjectResponse {
  @ApiProperty({ example: 'label' })
  kind: string;

  @ApiProperty({ type: String, nullable: true, description: '`null` for many at once: the report names them.' })
  id: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'As it was called then.', example: 'Greenhouse' })
  name: string | null;

  constructor(record: Row<AuditRecord>) {
    this.kind = record.subjectKind;
    this.id = record.subjectId;
    this.name = record.subjectName;
  }
}

/** What a field was and what it became. */
export class FieldChangeResponse implements FieldChange {
  @ApiProperty({ ...anyJson, description: '`null` where there was nothing; a secret is masked.', example: '#00ff00' })
  before!: unknown;

  @ApiProperty({ ...anyJson, description: '`null` where nothing is left.', example: '#ff0000' })
  after!: unknown;
}

/** One change that somebody made. */
@ApiExtraModels(FieldChangeResponse)
export class AuditRecordResponse {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ format: 'date-time', description: 'When it was made.' })
  timestamp: string;

  @ApiProperty({ example: 'label.updated' })
  action: string;

  @ApiProperty({ type: AuditActorResponse })
  actor: AuditActorResponse;

  @ApiProperty({ type: AuditSubjectResponse })
  subject: AuditSubjectResponse;

  @ApiProperty({
    type: 'object',
    additionalProperties: { $ref: getSchemaPath(FieldChangeResponse) },
    description: 'The fields that differ. Values of more than 4 KiB are told by their length.',
    example: { color: { before: '#00ff00', after: '#ff0000' } },
  })
  changes: Record<string, FieldChangeResponse>;

  @ApiProperty({
    type: Object,
    nullable: true,
    additionalProperties: true,
    description: 'What else there is to know, such as how many rows it was.',
    example: null,
  })
  report: Record<string, unknown> | null;

  @ApiProperty({ type: String, nullable: true, description: 'From where.', example: '192.0.2.7' })
  address: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'The X-Request-Id of the request.' })
  request_id: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Why the system did it.', example: null })
  reason: string | null;

  constructor(record: Row<AuditRecord>) {
    this.id = record.id;
    this.timestamp = new Date(timeOf(record.id)).toISOString();
    this.action = record.action;
    this.actor = new AuditActorResponse(record);
    this.subject = new AuditSubjectResponse(record);
    this.changes = record.changes;
    this.report = record.report;
    this.address = record.address;
    this.request_id = record.requestId;
    this.reason = record.reason;
  }
}
