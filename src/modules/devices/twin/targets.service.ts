import { Injectable } from '@nestjs/common';
import { Batcher } from '../../../core/batching/batcher.js';
import { HotPool } from '../../../core/database/hot-pool.js';
import { RowsParameter } from '../../../core/database/rows-parameter.js';
import { Overloaded } from '../../../core/http/admission/overloaded.error.js';
import { entityTagOf, isAmong } from '../../../core/http/entity-tag.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { DeviceNotFound } from '../device.errors.js';
import { isCalled } from './device-document.rules.js';
import type { TwinDocument } from './device-twin.entity.js';
import { tagOf } from './target-tag.rules.js';

/** A device asks for its target. */
export interface Poll {
  tenant: Tenant;
  deviceId: string;
  /** How the path calls it: it gets its own, and nobody else's. */
  name: string;
  ifNoneMatch: string | undefined;
}

/** What it is told; without `target` it has that already. */
export interface PollAnswer {
  tag: string;
  version: number;
  target?: TwinDocument;
}

interface Question {
  tenant_id: string;
  device_id: string;
  /** The version that the device has: its document is not read again. */
  known: number | null;
}

interface StoredTarget {
  id: string;
  uuid: string | null;
  registeredAt: Date;
  targetVersion: number;
  targetAt: Date | null;
  target: TwinDocument | null;
}

const questions = new RowsParameter<keyof Question>(
  'given',
  [
    ['tenant_id', 'uuid'],
    ['device_id', 'uuid'],
    ['known', 'bigint'],
  ],
  1,
);

/** Row by row, so that PostgreSQL can do nothing but look each up in an index, whatever it planned while tables were small. */
const pollSql = `
  SELECT d.id, d.uuid, d.created_at AS "registeredAt", COALESCE(t.target_version, 0)::int AS "targetVersion",
    t.target_at AS "targetAt",
    CASE WHEN COALESCE(t.target_version, 0) IS DISTINCT FROM given.known THEN COALESCE(t.target, '{}') END AS target
  FROM ${questions.sql}
    CROSS JOIN LATERAL (SELECT id, uuid, created_at FROM devices
      WHERE tenant_id = given.tenant_id AND id = given.device_id AND deleted_at IS NULL LIMIT 1) d
    LEFT JOIN LATERAL (SELECT target_version, target_at, target FROM device_twins
      WHERE device_id = given.device_id LIMIT 1) t ON true`;

/** Tells devices what they are to be; thousands that ask at once are one statement after the other, not thousands. */
@Injectable()
export class TargetsService {
  private readonly batcher = new Batcher<Question, StoredTarget | null>({
    flush: (batch) => this.read(batch),
    maxItems: 256,
    maxInFlight: 2,
    maxWaiting: 5_000,
    overflow: () => new Overloaded(),
  });

  constructor(private readonly pool: HotPool) {}

  /** @throws DeviceNotFound where the path names another device. */
  async answer({ tenant, deviceId, name, ifNoneMatch }: Poll): Promise<PollAnswer> {
    const question = { tenant_id: tenant.id, device_id: deviceId, known: versionIn(ifNoneMatch) };
    const stored = await this.batcher.add(question);
    if (stored === null || !isCalled(stored, name)) throw new DeviceNotFound();
    const { targetVersion: version } = stored;
    const tag = entityTagOf(tagOf(stored));
    if (isAmong(ifNoneMatch, tag)) return { tag, version };
    // The same number, and another target: the device was registered anew.
    if (stored.target === null) return this.answer({ tenant, deviceId, name, ifNoneMatch: undefined });
    return { tag, version, target: stored.target };
  }

  /** A device may ask twice in one batch, with different tags: answers are in the order of the questions. */
  private async read(batch: readonly Question[]): Promise<(StoredTarget | null)[]> {
    const asked = new Map<string, Question>();
    for (const question of batch) {
      const other = asked.get(question.device_id);
      asked.set(
        question.device_id,
        other === undefined || other.known === question.known ? question : unknown(question),
      );
    }
    const rows = await this.pool.named<StoredTarget>('twin-targets', pollSql, questions.values([...asked.values()]));
    const found = new Map(rows.map((row) => [row.id, row]));
    return batch.map(({ device_id }) => found.get(device_id) ?? null);
  }
}

function unknown(question: Question): Question {
  return { ...question, known: null };
}

/** The version of the first tag that can be one of ours. */
function versionIn(ifNoneMatch: string | undefined): number | null {
  const digits = ifNoneMatch === undefined ? undefined : /"(\d{1,9})-/.exec(ifNoneMatch)?.[1];
  return digits === undefined ? null : Number(digits);
}
