import { ApiProperty } from '@nestjs/swagger';
import { mostCounted, type Counts, type DashboardCounts } from '../dashboard.repository.js';

/** Devices by status. */
export class DeviceStatsResponse {
  @ApiProperty({ example: 120 })
  total: number;

  @ApiProperty({ example: 3 })
  never_seen: number;

  @ApiProperty({ example: 110 })
  online: number;

  @ApiProperty({ example: 6 })
  offline: number;

  @ApiProperty({ example: 1 })
  maintenance: number;

  constructor(counts: Counts) {
    this.total = totalOf(counts);
    this.never_seen = counts['never_seen'] ?? 0;
    this.online = counts['online'] ?? 0;
    this.offline = counts['offline'] ?? 0;
    this.maintenance = counts['maintenance'] ?? 0;
  }
}

/** What is switched on, and what is not. */
export class SwitchedStatsResponse {
  @ApiProperty({ example: 12 })
  total: number;

  @ApiProperty({ example: 11 })
  active: number;

  @ApiProperty({ example: 1 })
  inactive: number;

  constructor(counts: Counts) {
    this.total = totalOf(counts);
    this.active = counts['active'] ?? 0;
    this.inactive = counts['inactive'] ?? 0;
  }
}

/** Functions by status. */
export class FunctionStatsResponse {
  @ApiProperty({ example: 12 })
  total: number;

  @ApiProperty({ example: 12 })
  active: number;

  @ApiProperty({ example: 0 })
  quarantined: number;

  constructor(counts: Counts) {
    this.total = totalOf(counts);
    this.active = counts['active'] ?? 0;
    this.quarantined = counts['quarantined'] ?? 0;
  }
}

/** How it goes with the destinations. */
export class HealthStatsResponse {
  @ApiProperty({ example: 9 })
  ok: number;

  @ApiProperty({ example: 1 })
  failing: number;

  @ApiProperty({ example: 0 })
  blocked: number;

  @ApiProperty({ example: 0 })
  paused: number;

  @ApiProperty({ example: 1 })
  disabled: number;

  constructor(counts: Counts) {
    this.ok = counts['ok'] ?? 0;
    this.failing = counts['failing'] ?? 0;
    this.blocked = counts['blocked'] ?? 0;
    this.paused = counts['paused'] ?? 0;
    this.disabled = counts['disabled'] ?? 0;
  }
}

/** Integrations that are switched on and off, and their health. */
export class IntegrationStatsResponse extends SwitchedStatsResponse {
  @ApiProperty({ type: HealthStatsResponse })
  health: HealthStatsResponse;

  constructor(counts: Counts, health: Counts) {
    super(counts);
    this.health = new HealthStatsResponse(health);
  }
}

/** Deliveries: those that wait, whatever their age, and those of today's messages that have ended. */
export class DeliveryStatsResponse {
  @ApiProperty({ example: 4 })
  waiting: number;

  @ApiProperty({ example: 3120 })
  delivered_today: number;

  @ApiProperty({ example: 2 })
  failed_today: number;

  constructor({ waiting, delivered, failed }: DashboardCounts) {
    this.waiting = waiting;
    this.delivered_today = delivered;
    this.failed_today = failed;
  }
}

/** How much there is of everything, and how it goes. */
export class DashboardStatsResponse {
  @ApiProperty({ type: DeviceStatsResponse })
  devices: DeviceStatsResponse;

  @ApiProperty({ type: SwitchedStatsResponse })
  flows: SwitchedStatsResponse;

  @ApiProperty({ type: FunctionStatsResponse })
  functions: FunctionStatsResponse;

  @ApiProperty({ type: IntegrationStatsResponse })
  integrations: IntegrationStatsResponse;

  @ApiProperty({ type: DeliveryStatsResponse })
  deliveries: DeliveryStatsResponse;

  @ApiProperty({ description: `Events of devices received today, counted to ${mostCounted}.`, example: 3122 })
  events_today: number;

  @ApiProperty({ format: 'date-time', description: 'When today began, in UTC.', example: '2026-11-20T00:00:00.000Z' })
  today: string;

  @ApiProperty({
    type: [String],
    description: `What there is more of than was counted: nothing is counted beyond ${mostCounted}.`,
    example: [],
  })
  capped: string[];

  constructor(counts: DashboardCounts & { today: Date }) {
    this.devices = new DeviceStatsResponse(counts.devices);
    this.flows = new SwitchedStatsResponse(counts.flows);
    this.functions = new FunctionStatsResponse(counts.functions);
    this.integrations = new IntegrationStatsResponse(counts.integrations, counts.health);
    this.deliveries = new DeliveryStatsResponse(counts);
    this.events_today = counts.events;
    this.today = counts.today.toISOString();
    this.capped = [
      ...(counts.events >= mostCounted ? ['events_today'] : []),
      ...(counts.waiting >= mostCounted ? ['deliveries.waiting'] : []),
      ...(counts.delivered + counts.failed >= mostCounted ? ['deliveries.delivered_today'] : []),
      ...(counts.failed >= mostCounted ? ['deliveries.failed_today'] : []),
    ];
  }
}

function totalOf(counts: Counts): number {
  return Object.values(counts).reduce<number>((sum, count) => sum + (count ?? 0), 0);
}
