import { Injectable } from '@nestjs/common';
import { countLimit } from '../../../core/http/paging/page.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import type { ListSensorsQuery } from './dto/list-sensors.query.js';
import { sensorsOf, type Sensor, type SensorSource } from './sensors-of.rules.js';
import { SensorsRepository } from './sensors.repository.js';

const devicesAtOnce = 500;

/** Shows the readings of devices as sensors: what there is, and what each said last. */
@Injectable()
export class SensorsService {
  constructor(private readonly repository: SensorsRepository) {}

  /** One page, and how many there are: counted as far as a total says. */
  async list(tenant: Tenant, query: ListSensorsQuery): Promise<{ sensors: Sensor[]; total: number }> {
    const { skip, limit } = query;
    const found = await this.first(tenant, query, Math.max(countLimit + 1, skip + limit));
    return { sensors: found.slice(skip, skip + limit), total: Math.min(found.length, countLimit + 1) };
  }

  async latest(tenant: Tenant, query: ListSensorsQuery): Promise<Sensor[]> {
    const { skip, limit } = query;
    return (await this.first(tenant, query, skip + limit)).slice(skip, skip + limit);
  }

  /** In the order of their devices' names; a device has none, one or two hundred, so devices are read until it is enough. */
  private async first(tenant: Tenant, query: ListSensorsQuery, enough: number): Promise<Sensor[]> {
    const sensors: Sensor[] = [];
    let last: SensorSource | undefined;
    do {
      const devices = await this.repository.listAfter(tenant, query, last, devicesAtOnce);
      sensors.push(...devices.flatMap(sensorsOf).filter(({ key }) => query.key === undefined || key === query.key));
      last = devices.length < devicesAtOnce ? undefined : devices.at(-1);
    } while (last !== undefined && sensors.length < enough);
    return sensors;
  }
}
