import { Injectable } from '@nestjs/common';
import { newId } from '../../../core/ids/uuid-v7.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { Clock } from '../../../core/time/clock.js';
import type { Failure } from '../../runs/channels/attempt-outcome.contract.js';
import { sampleMessage } from '../../runs/channels/sample-message.contract.js';
import { TestStorageResponse, type ReadBack } from '../dto/test-storage.response.js';
import type { Point } from '../points/point.js';
import { StorageNotFound } from '../storage.errors.js';
import { InfluxWriter } from './influx.writer.js';
import { PostgresWriter } from './postgres.writer.js';
import { isInflux, type ReadyInflux, type ReadyPostgres, type ReadyStorage } from './storage-target.js';
import { StorageTargets } from './storage-targets.js';

/** The sample must not stand among somebody's readings. */
const sampleMeasurement = 'fieldline_test';

/** Writes one real point to a storage, also to a disabled one, reads it again, and shows both sides. */
@Injectable()
export class StorageTrials {
  constructor(
    private readonly targets: StorageTargets,
    private readonly influx: InfluxWriter,
    private readonly postgres: PostgresWriter,
    private readonly clock: Clock,
  ) {}

  async run(tenant: Tenant, storageId: string, message: unknown): Promise<TestStorageResponse> {
    const target = await this.targets.read(tenant, storageId);
    if (target === null) throw new StorageNotFound();
    const startedMs = performance.now();
    const point = this.pointOf(target, message);
    if ('code' in point) return new TestStorageResponse(point, null, performance.now() - startedMs);
    return isInflux(target) ? this.inInflux(target, point, startedMs) : this.inPostgres(target, point, startedMs);
  }

  private pointOf(target: ReadyStorage, message: unknown): Point | Failure {
    const id = newId(this.clock.nowMs());
    const messageJson = JSON.stringify(message ?? sampleMessage(id, this.clock.now()));
    const point = target.points.make({
      ...{ deliveryId: id, runId: id, flowId: id, nodeId: 'test', deviceId: null, messageJson },
    });
    return message !== undefined || 'code' in point ? point : { ...point, measurement: sampleMeasurement };
  }

  private async inInflux(target: ReadyInflux, point: Point, startedMs: number): Promise<TestStorageResponse> {
    const { request } = this.influx.preview(target, point);
    const outcome = await this.influx.write(target, point, new AbortController().signal);
    const read = outcome.status === 'delivered' ? await this.readInflux(target, point) : undefined;
    return new TestStorageResponse(outcome, request, performance.now() - startedMs, read);
  }

  /** A key that may only write is common: that it cannot read is told, and no failure of the storage. */
  private async readInflux(target: ReadyInflux, point: Point): Promise<ReadBack> {
    const answer = await this.influx.read(target, point);
    if ('code' in answer) return { found: false, error: answer };
    const { status, body } = answer;
    if (status !== 200) {
      const error = { code: `influxdb.status_${status}`, error: `InfluxDB answered ${status}` };
      return { found: false, answer: body, error };
    }
    return { found: body.includes(point.measurement), answer: body };
  }

  private async inPostgres(target: ReadyPostgres, point: Point, startedMs: number): Promise<TestStorageResponse> {
    const { request } = this.postgres.preview(target, point);
    const link = this.postgres.linkTo(target);
    const took = () => performance.now() - startedMs;
    try {
      const row = await link.tryOut(point);
      const answer = row === undefined ? {} : { answer: target.redaction.of(JSON.stringify(row)) };
      return new TestStorageResponse({ status: 'delivered' }, request, took(), { found: row !== undefined, ...answer });
    } catch (error) {
      return new TestStorageResponse(link.failureOf(error), request, took());
    } finally {
      await link.end();
    }
  }
}
