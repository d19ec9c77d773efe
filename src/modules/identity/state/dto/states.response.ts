import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { Row } from '../../../../core/database/row.js';
import { isObject } from '../../../../core/json/object-reader.js';
import type { IdentityState } from '../identity-state.entity.js';

/** What this instance is to be. */
export class TargetStateResponse {
  @ApiProperty({ type: 'object', additionalProperties: true, example: { '1001': { appId: 1001, appName: 'My App' } } })
  apps: Record<string, unknown>;

  @ApiPropertyOptional({ type: 'object', additionalProperties: true })
  config?: Record<string, unknown>;

  @ApiProperty({ description: 'One more with each change; 0: nobody has said anything yet.', example: 3 })
  version: number;

  @ApiPropertyOptional({ enum: ['local', 'upstream'], description: 'Who said it.' })
  source?: 'local' | 'upstream';

  @ApiPropertyOptional({ description: 'In ms since 1970.', example: 1704196800000 })
  changedAt?: number;

  constructor(target: Row<IdentityState> | null) {
    const { apps, config } = target?.state ?? {};
    this.apps = isObject(apps) ? apps : {};
    if (isObject(config)) this.config = config;
    this.version = target?.version ?? 0;
    if (target === null) return;
    this.source = target.source;
    this.changedAt = target.changedAt.getTime();
  }
}

/** What runs on this instance, as it was said last. */
export class CurrentStateResponse {
  @ApiProperty({ type: 'object', additionalProperties: true })
  apps: Record<string, unknown>;

  @ApiProperty({ type: 'object', additionalProperties: true, description: 'All else that was reported.' })
  details: Record<string, unknown>;

  @ApiProperty({ description: 'One more with each change; 0: nothing was reported yet.', example: 12 })
  version: number;

  @ApiPropertyOptional({ description: 'In ms since 1970.', example: 1704196800000 })
  changedAt?: number;

  constructor(current: Row<IdentityState> | null) {
    const { apps, ...details } = current?.state ?? {};
    this.apps = isObject(apps) ? apps : {};
    this.details = details;
    this.version = current?.version ?? 0;
    if (current !== null) this.changedAt = current.changedAt.getTime();
  }
}

/** Both sides of this instance. */
export class StatesResponse {
  @ApiProperty({ type: CurrentStateResponse })
  current: CurrentStateResponse;

  @ApiProperty({ type: TargetStateResponse })
  target: TargetStateResponse;

  constructor(states: { current: Row<IdentityState> | null; target: Row<IdentityState> | null }) {
    this.current = new CurrentStateResponse(states.current);
    this.target = new TargetStateResponse(states.target);
  }
}

/** What became of a new target. */
export class TargetStateSet {
  @ApiProperty({ enum: ['success'] })
  status = 'success' as const;

  @ApiProperty({ example: 'Target state updated' })
  message: string = 'Target state updated';

  @ApiProperty({ type: TargetStateResponse })
  target: TargetStateResponse;

  constructor(target: Row<IdentityState>) {
    this.target = new TargetStateResponse(target);
  }
}

/** What became of a report. */
export class CurrentStateReported {
  @ApiProperty({ enum: ['success'] })
  status = 'success' as const;

  @ApiProperty({ example: 'Current state reported' })
  message: string = 'Current state reported';

  @ApiProperty({ type: CurrentStateResponse })
  current: CurrentStateResponse;

  constructor(current: Row<IdentityState>) {
    this.current = new CurrentStateResponse(current);
  }
}
