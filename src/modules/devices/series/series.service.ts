import { Injectable } from '@nestjs/common';
import { ValidationFailed } from '../../../core/errors/validation-failed.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { Clock } from '../../../core/time/clock.js';
import { DeviceNotFound } from '../device.errors.js';
import { DevicesService } from '../devices.service.js';
import type { SeriesQuery } from './dto/series.query.js';
import { SeriesResponse } from './dto/series.response.js';
import { SeriesFold } from './series-fold.js';
import { bucketsOf, intervalSecondsOf } from './series-interval.rules.js';
import { SeriesRepository, type SeriesName, type SeriesRange } from './series.repository.js';

const defaultRangeMs = 86_400_000;

/** Answers readings over time, up to the last one that was processed. */
@Injectable()
export class SeriesService {
  constructor(
    private readonly devices: DevicesService,
    private readonly fold: SeriesFold,
    private readonly series: SeriesRepository,
    private readonly clock: Clock,
  ) {}

  async keysOf(tenant: Tenant, deviceId: string): Promise<SeriesName[]> {
    await this.assertKnown(tenant, [deviceId]);
    await this.fold.catchUp(tenant.id, [deviceId]);
    return this.series.names(tenant, [deviceId], null);
  }

  async read(tenant: Tenant, deviceIds: readonly string[], query: SeriesQuery): Promise<SeriesResponse> {
    const range = this.rangeOf(query);
    const interval = query.interval === undefined ? null : intervalSecondsOf(query.interval);
    await this.assertKnown(tenant, deviceIds);
    await this.fold.catchUp(tenant.id, deviceIds);
    const names = await this.series.names(tenant, deviceIds, query.keys ?? null);
    const buckets = bucketsOf(range, names.length, interval);
    const rows = names.length === 0 ? [] : await this.series.buckets(tenant, names, range, buckets, query.agg);
    return new SeriesResponse({ range, buckets, aggregate: query.agg, names, rows });
  }

  private async assertKnown(tenant: Tenant, deviceIds: readonly string[]): Promise<void> {
    const known = await this.devices.getMany(tenant, deviceIds);
    if (known.length < new Set(deviceIds.map((id) => id.toLowerCase())).size) throw new DeviceNotFound();
  }

  private rangeOf({ from, to }: SeriesQuery): SeriesRange {
    const toMs = to === undefined ? this.clock.nowMs() : Date.parse(to);
    const fromMs = from === undefined ? toMs - defaultRangeMs : Date.parse(from);
    if (Number.isNaN(toMs) || Number.isNaN(fromMs)) {
      throw new ValidationFailed([{ path: Number.isNaN(toMs) ? 'to' : 'from', message: 'is a time that never was' }]);
    }
    if (fromMs >= toMs) throw new ValidationFailed([{ path: 'from', message: 'must be before to' }]);
    return { fromMs, toMs };
  }
}
