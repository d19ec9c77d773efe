import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Batcher } from '../../core/batching/batcher.js';
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
const maxRead = 200;

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
  /** Which device had a DevEUI when it was last read. */
  private readonly idsByDevEui = new Map<string, string>();
  private readonly reads = new Batcher<DeviceKey, DeviceContext | undefined>({
    flush: (devices) => this.read(devices),
    maxItems: maxRead,
    maxInFlight: 2,
  });

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
        // What was asked for before is not what others may be given now.
        this.cache.distrustLoads();
      });
    }
  }

  /** By device id; a device that never was is absent. One query for all that are asked for at once and not kept. */
  async contextsOf(devices: readonly DeviceKey[]): Promise<Map<string, DeviceContext>> {
    const contexts = new Map<string, DeviceContext>();
    await Promise.all(
      devices.map(async (device) => {
        const { context } = this.kept(device) ?? (await this.load(device)) ?? {};
        if (context !== undefined) contexts.set(device.deviceId, context);
      }),
    );
    return contexts;
  }

  /**
   * A message of this device is about to be stored: what its flows will be told of the device is read meanwhile. Only a
   * hint, where the sender has said a DevEUI by what was read last; it may be wrong and it may fail.
   */
  foresee({ tenantId, deviceId: known, devEui }: { tenantId: string; deviceId?: string | null; devEui: string }): void {
    const deviceId = known ?? this.idsByDevEui.get(tenantId + devEui);
    if (deviceId === undefined || this.kept({ tenantId, deviceId }) !== undefined) return;
    void this.load({ tenantId, deviceId }).catch(() => undefined);
  }

  /** The kept context, without waiting. */
  private kept({ tenantId, deviceId }: DeviceKey): Kept | undefined {
    const kept = this.cache.peek(deviceId);
    return kept?.tenantId === tenantId && kept.edition === this.editionOf(tenantId) ? kept : undefined;
  }

  private async load(device: DeviceKey): Promise<Kept | undefined> {
    const { tenantId, deviceId } = device;
    const edition = this.editionOf(tenantId);
    // Kept, but not good: of an earlier edition.
    if (this.cache.peek(deviceId) !== undefined) this.cache.drop(deviceId);
    const loaded = await this.cache.load(deviceId, async () => {
      const context = await this.reads.add(device);
      if (context === undefined) return undefined;
      this.note(tenantId, context);
      return { context, tenantId, edition };
    });
    return loaded?.tenantId === tenantId ? loaded : undefined;
  }

  private note(tenantId: string, { id, dev_eui: devEui }: DeviceContext): void {
    if (devEui === null) return;
    const key = tenantId + devEui;
    this.idsByDevEui.delete(key);
    this.idsByDevEui.set(key, id);
    if (this.idsByDevEui.size <= maxKept) return;
    const oldest = this.idsByDevEui.keys().next().value;
    if (oldest !== undefined) this.idsByDevEui.delete(oldest);
  }

  private async read(devices: readonly DeviceKey[]): Promise<(DeviceContext | undefined)[]> {
    const rows = await this.pool.named<DeviceContext & { tenant_id: string }>('device-contexts', contextsSql, [
      devices.map((device) => device.tenantId),
      devices.map((device) => device.deviceId),
    ]);
    const found = new Map(rows.map(({ tenant_id: tenantId, ...context }) => [tenantId + context.id, context]));
    return devices.map(({ tenantId, deviceId }) => found.get(tenantId + deviceId));
  }

  private editionOf(tenantId: string): number {
    return this.editions.get(tenantId) ?? 0;
  }
}
