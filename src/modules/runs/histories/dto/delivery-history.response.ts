import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { destinationTypes, type DestinationType } from '../../channels/channels.service.js';
import type { Attempt } from '../../completion/results.contract.js';
import { answerOf, failureOf, totalMsOf } from '../delivery-display.rules.js';
import type { DeliveryRow } from '../delivery-history.sql.js';
import { deliveryStatuses, type DeliveryStatus } from './list-delivery-history.query.js';
import { NamedResponse } from './named.response.js';
import { AttemptResponse, DeliveryAnswerResponse } from './step-outcome.response.js';

/** What is told of every delivery, whatever it goes to. */
abstract class DeliveryHistoryResponse {
  @ApiProperty({ format: 'uuid', description: 'The delivery’s id, the same in every attempt.' })
  id: string;

  @ApiProperty({ format: 'uuid' })
  flow_id: string;

  @ApiProperty({ type: NamedResponse })
  flow: NamedResponse;

  @ApiProperty({ format: 'uuid' })
  flow_run_id: string;

  @ApiProperty({ example: 'node-3' })
  node_id: string;

  @ApiProperty({ enum: deliveryStatuses })
  status: DeliveryStatus;

  @ApiProperty({
    type: Object,
    nullable: true,
    additionalProperties: true,
    description: 'The message to deliver; null where it is past retention.',
  })
  input_data: unknown;

  @ApiProperty({ type: DeliveryAnswerResponse, nullable: true, description: 'What the last attempt was answered.' })
  response_data: Readonly<DeliveryAnswerResponse> | null;

  @ApiProperty({ type: String, nullable: true, description: 'Why the last attempt failed.' })
  error_message: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'The same as a stable code.', example: 'http.status_503' })
  code: string | null;

  @ApiProperty({ type: [AttemptResponse] })
  attempts: readonly Attempt[];

  @ApiPropertyOptional({ format: 'date-time', description: 'When it is tried again; absent when nothing is planned.' })
  next_attempt_at?: string;

  @ApiPropertyOptional({ description: 'What holds a waiting delivery: `disabled`, or why its destination is blocked.' })
  held_by?: string;

  @ApiProperty({ description: 'Of all attempts together, in ms.', example: 42 })
  execution_time: number;

  @ApiProperty({ format: 'date-time', description: 'When it was made.' })
  timestamp: string;

  constructor(row: DeliveryRow, input: unknown) {
    const failure = failureOf(row);
    this.id = row.id;
    this.flow_id = row.flow_id;
    this.flow = new NamedResponse(row.flow_id, row.flow_name);
    this.flow_run_id = row.run_id;
    this.node_id = row.node_id;
    this.status = row.status;
    this.input_data = input;
    this.response_data = answerOf(row);
    this.error_message = failure?.message ?? null;
    this.code = failure?.code ?? null;
    this.attempts = row.attempts;
    if (row.next_attempt_at !== null) this.next_attempt_at = row.next_attempt_at.toISOString();
    if (row.held_by !== null) this.held_by = row.held_by;
    this.execution_time = totalMsOf(row);
    this.timestamp = row.created_at.toISOString();
  }
}

/** One delivery to an integration, with its attempts. */
export class IntegrationHistoryResponse extends DeliveryHistoryResponse {
  @ApiProperty({ format: 'uuid' })
  integration_id: string;

  @ApiProperty({ type: NamedResponse })
  integration: NamedResponse;

  constructor(row: DeliveryRow, input: unknown) {
    super(row, input);
    this.integration_id = row.destination_id;
    this.integration = new NamedResponse(row.destination_id, row.destination_name);
  }
}

/** One delivery to a storage, with its attempts. */
export class StorageHistoryResponse extends DeliveryHistoryResponse {
  @ApiProperty({ format: 'uuid' })
  storage_id: string;

  @ApiProperty({ type: NamedResponse })
  storage: NamedResponse;

  constructor(row: DeliveryRow, input: unknown) {
    super(row, input);
    this.storage_id = row.destination_id;
    this.storage = new NamedResponse(row.destination_id, row.destination_name);
  }
}

/** One delivery with its attempts; it names what it goes to, an integration or a storage. */
export class DeliveryResponse extends DeliveryHistoryResponse {
  @ApiProperty({ enum: destinationTypes })
  type: DestinationType;

  @ApiPropertyOptional({ format: 'uuid' })
  integration_id?: string;

  @ApiPropertyOptional({ type: NamedResponse })
  integration?: NamedResponse;

  @ApiPropertyOptional({ format: 'uuid' })
  storage_id?: string;

  @ApiPropertyOptional({ type: NamedResponse })
  storage?: NamedResponse;

  constructor(row: DeliveryRow, input: unknown) {
    super(row, input);
    const { destination_id: id, destination_type: type } = row;
    this.type = type;
    this[`${type}_id`] = id;
    this[type] = new NamedResponse(id, row.destination_name);
  }
}
