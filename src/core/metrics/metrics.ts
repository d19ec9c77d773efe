import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { endsWithin } from '../time/ends-within.js';

/** A scrape waits ten seconds as a rule, and for all that is asked together. */
const collectMs = 500;

/** Each label with all the values it can have: what is not listed cannot become a time series. */
export type Labels = Readonly<Record<string, readonly string[]>>;
export type LabelValues<L extends Labels> = { [K in keyof L]: L[K][number] };

interface Named<L extends Labels> {
  /** Without the prefix `fieldline_`; with the unit: `delivery_duration_seconds`. Document 003's names begin with `iot_`. */
  name: string;
  help: string;
  labels: L;
}

/**
 * The measurements of one process, one registry each. Every combination of label values stands at 0 from the start, so
 * that a rate exists before the first event.
 *
 * @example
 * private readonly attempts = this.metrics.counter({
 *   name: 'delivery_attempts_total', help: 'Attempts by outcome.', labels: { outcome: ['delivered', 'failed'] },
 * });
 * this.attempts.inc({ outcome: 'delivered' });
 */
@Injectable()
export class Metrics implements OnApplicationShutdown {
  readonly registry = new Registry();
  private readonly logger = new Logger(Metrics.name);

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  counter<const L extends Labels>({ name, help, labels }: Named<L>): Counting<L> {
    const counter = new Counter({ ...this.described(name, help), labelNames: Object.keys(labels) });
    for (const values of combinations(labels)) counter.inc(values, 0);
    return counter;
  }

  histogram<const L extends Labels>({ name, help, labels, buckets }: Named<L> & { buckets: number[] }): Observing<L> {
    const histogram = new Histogram({ ...this.described(name, help), labelNames: Object.keys(labels), buckets });
    for (const values of combinations(labels)) histogram.zero(values);
    return histogram;
  }

  /**
   * `collect` sets the values when somebody reads the metrics, and may ask the database for them. What cannot be read in half a
   * second is left out of the answer, and takes nothing else along.
   */
  gauge<const L extends Labels>({
    name,
    help,
    labels,
    collect,
  }: Named<L> & { collect?: (gauge: Setting<L>) => void | Promise<void> }): Setting<L> {
    const gauge: Gauge = new Gauge({
      ...this.described(name, help),
      labelNames: Object.keys(labels),
      ...(collect === undefined ? {} : { collect: () => this.collected(gauge, { name, help, labels }, collect) }),
    });
    return gauge;
  }

  /** In Prometheus' text format 0.0.4. */
  text(): Promise<string> {
    return this.registry.metrics();
  }

  private async collected<L extends Labels>(
    gauge: Gauge,
    { name, labels }: Named<L>,
    collect: (gauge: Setting<L>) => void | Promise<void>,
  ): Promise<void> {
    const reading = this.isRead(name, () => collect(gauge));
    if ((await endsWithin(reading, collectMs)) && (await reading)) return;
    // Without labels a reset would say 0.
    if (Object.keys(labels).length === 0) gauge.remove();
    else gauge.reset();
  }

  private async isRead(metric: string, collect: () => void | Promise<void>): Promise<boolean> {
    try {
      await collect();
      return true;
    } catch (error) {
      this.logger.debug({ err: error, metric }, 'a metric could not be read');
      return false;
    }
  }

  onApplicationShutdown(): void {
    this.registry.clear();
  }

  private described(name: string, help: string) {
    return { name: name.startsWith('iot_') ? name : `fieldline_${name}`, help, registers: [this.registry] };
  }
}

export interface Counting<L extends Labels> {
  inc(labels: LabelValues<L>, by?: number): void;
}
export interface Observing<L extends Labels> {
  observe(labels: LabelValues<L>, value: number): void;
}
export interface Setting<L extends Labels> {
  set(labels: LabelValues<L>, value: number): void;
  /** Shows nothing until it is set again: for what another process knows better. */
  reset(): void;
}

function combinations(labels: Labels): Record<string, string>[] {
  return Object.entries(labels).reduce<Record<string, string>[]>(
    (sofar, [name, values]) => sofar.flatMap((one) => values.map((value) => ({ ...one, [name]: value }))),
    [{}],
  );
}
