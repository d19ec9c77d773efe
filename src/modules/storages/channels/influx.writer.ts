import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { errors, type Agent } from 'undici';
import { EgressRefused } from '../../../core/egress/egress-refused.js';
import { Egress } from '../../../core/egress/egress.js';
import { ConnectionPool } from '../../../core/outbound/connection-pool.js';
import { Deadline } from '../../../core/outbound/deadline.js';
import { exchange, type HttpAnswer } from '../../../core/outbound/http-exchange.js';
import { messageOf } from '../../../core/outbound/told.js';
import { Clock } from '../../../core/time/clock.js';
import { failed, type Failure } from '../../runs/channels/attempt-outcome.contract.js';
import type { AttemptOutcome, Preview } from '../../runs/channels/channels.service.js';
import { lineOf } from '../points/line-protocol.rules.js';
import type { Point } from '../points/point.js';
import { BatchedWrites } from './batched-writes.js';
import { isPointsFault, outcomeOfAnswer } from './influx-outcome.rules.js';
import { precisionOf, readOf, shown, writeOf, type InfluxRequest } from './influx-request.rules.js';
import type { ReadyInflux } from './storage-target.js';

const connectTimeoutMs = 3_000;
const batchesInFlight = 2;
const never = new AbortController().signal;

/** One of several points was refused; which one is not said. */
class PointsRefused extends Error {}

/** What is open towards one InfluxDB. */
interface Link {
  agent: Agent;
  writes: BatchedWrites<string>;
}

/** Writes points to InfluxDB 1.x and 2.x in line protocol, many at once. A point that is written twice is one point. */
@Injectable()
export class InfluxWriter implements OnModuleInit, OnApplicationShutdown {
  private readonly links: ConnectionPool<Link>;

  constructor(
    private readonly egress: Egress,
    private readonly clock: Clock,
  ) {
    this.links = new ConnectionPool(clock, async ({ agent, writes }) => {
      await writes.idle();
      await agent.close();
    });
  }

  onModuleInit(): void {
    this.links.startSweeping();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.links.endAll();
  }

  async write(target: ReadyInflux, point: Point, signal: AbortSignal): Promise<AttemptOutcome> {
    const line = this.lineOf(target, point);
    return typeof line === 'string' ? this.linkTo(target).writes.add(line, signal) : line;
  }

  /** What would be sent for this point alone. */
  preview(target: ReadyInflux, point: Point): Preview {
    const line = this.lineOf(target, point);
    return typeof line === 'string' ? { request: shown(writeOf(target, line)) } : { request: null, failure: line };
  }

  /** What the database has at a point's time. */
  async read(target: ReadyInflux, { measurement, timeMs }: Point): Promise<HttpAnswer | Failure> {
    return this.ask(target, this.linkTo(target).agent, readOf(target, measurement, timeMs));
  }

  private lineOf(target: ReadyInflux, point: Point): string | Failure {
    return lineOf(point, precisionOf(target), new Set(target.config.integer_fields));
  }

  private linkTo(target: ReadyInflux): Link {
    return this.links.of(target, (opened) => {
      const { reject_unauthorized: rejectUnauthorized = true, ...identity } = opened.config.tls ?? {};
      const agent = this.egress.httpAgent({ connectTimeoutMs, tls: { ...identity, rejectUnauthorized } });
      const writes = new BatchedWrites<string>({
        driver: 'influxdb',
        timeoutMs: opened.timeoutMs,
        maxInFlight: batchesInFlight,
        write: (lines) => this.writeAll(opened, agent, lines),
        isItemsFault: (error) => error instanceof PointsRefused,
      });
      return { agent, writes };
    });
  }

  private async writeAll(target: ReadyInflux, agent: Agent, lines: string[]): Promise<AttemptOutcome[]> {
    const answer = await this.ask(target, agent, writeOf(target, `${lines.join('\n')}\n`));
    // Of a partial write the good points are there, and writing them again leaves them as they are.
    if (!('code' in answer) && isPointsFault(answer) && lines.length > 1) throw new PointsRefused();
    const outcome = 'code' in answer ? answer : outcomeOfAnswer(answer, this.clock.nowMs());
    return lines.map(() => outcome);
  }

  private async ask(target: ReadyInflux, agent: Agent, request: InfluxRequest): Promise<HttpAnswer | Failure> {
    const deadline = new Deadline(target.timeoutMs, never);
    try {
      return await exchange(agent, { ...request, signal: deadline.signal }, target.redaction);
    } catch (error) {
      if (deadline.expired) return failed('influxdb.timeout', `no answer within ${target.timeoutMs} ms`, true);
      if (error instanceof EgressRefused) return failed('egress.refused', error.message, false);
      if (error instanceof errors.ConnectTimeoutError)
        return failed('influxdb.timeout', `no connection within ${connectTimeoutMs} ms`, true);
      return failed('influxdb.connection', target.redaction.of(messageOf(error)), true);
    } finally {
      deadline.clear();
    }
  }
}
