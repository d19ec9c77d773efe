import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ChangeCache } from '../../core/changes/change-cache.js';
import { Changes } from '../../core/changes/changes.js';
import { HotPool } from '../../core/database/hot-pool.js';
import { Clock } from '../../core/time/clock.js';
import type { DeviceLocation } from './device.entity.js';
import type { BuiltInCodec } from './profiles/built-in-codec.contract.js';
import { joinProfile } from './profiles/effective-interval.sql.js';

/** What a flow is told of the device that a message came from. */
export interface DeviceContext {
  id: string;
  name: string;
  dev_eui: string | null;
  mac: string | null;
  uuid: string | null;
  serial: string | null;
  /** By name. */
  labels: { id: string; name: string }[];
  profile: { name: string; codecFunctionId: string | null; codec: BuiltInCodec | null } | null;
  metadata: Record<string, unknown>;
  location: DeviceLocation | null;
}

export interface DeviceKey {
  tenantId: string;
  deviceId: string;
}

/** A context, and how often labels and profiles of its tenant had changed when it was read. */
interface Kept {
  context: DeviceContext;
  tenantId: string;
  edition: number;
}

/** At about 1 KB each, 50 MB at the most. */
const maxKept = 50_000;

const contextsSql = `
  SELECT d.id, d.tenant_id, d.name, d.dev_eui, d.mac, d.uuid, d.serial, d.metadata, d.location,
    CASE WHEN p.id IS NOT NULL
      THEN jsonb_build_object('name', p.name, 'codecFunctionId', p.codec_function_id, 'codec', p.codec) END AS profile,
    COALESCE((SELECT jsonb_agg(jsonb_build_object('id', l.id, 'name', l.name) ORDER BY l.name)
      FROM device_labels w JOIN labels l ON l.tenant_id = w.tenant_id AND l.id = w.label_id AND l.deleted_at IS NULL
      WHERE w.tenant_id = d.tenant_id AND w.device_id = d.id), '[]') AS labels
  FROM unnest($1::uuid[], $2::uuid[]) AS asked (tenant_id, id)
  JOIN devices d ON d.tenant_id = asked.tenant_id AND d.id = asked.id
  ${joinProfile('d', 'p')}`;

/**
 * Tells the hot path, thousands of times a second, what a device is called and wears. What is kept is dropped when its
 * device or any label or profile of its tenant changes. A retired device keeps its name here: its last messages still run.
 */
@Injectable()
export class DeviceContexts implements OnModuleInit {
  private readonly cache: ChangeCache<Kept | undefined>;
  private readonly editions = new Map<string, number>();

  constructor(
    private readonly pool: HotPool,
    private readonly changes: Changes,
    clock: Clock,
  ) {
    this.cache = new ChangeCache(clock, maxKept);
  }

  onModuleInit(): void {
    this.changes.onChange('device', ({ entityId }) => {
      this.cache.drop(entityId);
    });
    for (const kind of ['label', 'device_profile']) {
      this.changes.onChange(kind, ({ tenantId }) => {
        this.editions.set(tenantId, this.editionOf(tenantId) + 1);
      });
    }
  }

  /** By device id; a device that never was is absent. One query for all that are not kept. */
  async contextsOf(devices: readonly DeviceKey[]): Promise<Map<string, DeviceContext>> {
    const contexts = new Map<string, DeviceContext>();
    const missing: DeviceKey[] = [];
    for (const device of devices) {
      const kept = this.kept(device);
      if (kept === undefined) missing.push(device);
      else contexts.set(device.deviceId, kept.context);
    }
    if (missing.length > 0) await this.addLoaded(contexts, missing);
    return contexts;
  }

  /** The kept context, without waiting. */
  private kept({ tenantId, deviceId }: DeviceKey): Kept | undefined {
    const kept = this.cache.peek(deviceId);
    return kept?.tenantId === tenantId && kept.edition === this.editionOf(tenantId) ? kept : undefined;
  }

  private async addLoaded(contexts: Map<string, DeviceContext>, missing: readonly DeviceKey[]): Promise<void> {
    const rows = this.read(missing);
    const loads = missing.map(async ({ tenantId, deviceId }) => {
      const edition = this.editionOf(tenantId);
      this.cache.drop(deviceId);
      const kept = await this.cache.load(deviceId, async () => {
        const context = (await rows).get(deviceId);
        return context === undefined ? undefined : { context, tenantId, edition };
      });
      if (kept !== undefined) contexts.set(deviceId, kept.context);
    });
    await Promise.all(loads);
  }

  private async read(devices: readonly DeviceKey[]): Promise<Map<string, DeviceContext>> {
    const rows = await this.pool.named<DeviceContext & { tenant_id: string }>('device-contexts', contextsSql, [
      devices.map((device) => device.tenantId),
      devices.map((device) => device.deviceId),
    ]);
    return new Map(rows.map(({ tenant_id: _, ...context }) => [context.id, context]));
  }

  private editionOf(tenantId: string): number {
    return this.editions.get(tenantId) ?? 0;
  }
}
