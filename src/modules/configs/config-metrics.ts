import { Injectable } from '@nestjs/common';
import { Metrics, type Counting, type Labels, type Observing } from '../../core/metrics/metrics.js';
import { ConfigsRepository } from './configs.repository.js';

const operations = ['list', 'get', 'save', 'delete'] as const;
type Operation = (typeof operations)[number];
const seconds = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

/** What is done with configs, under the names of document 003. */
@Injectable()
export class ConfigMetrics {
  private readonly done: Counting<Labels>;
  private readonly took: Observing<Labels>;

  constructor(metrics: Metrics, configs: ConfigsRepository) {
    this.done = metrics.counter({
      name: 'iot_config_operations_total',
      help: 'What was asked of configs, by outcome.',
      labels: { operation: operations, status: ['success', 'error'] },
    });
    this.took = metrics.histogram({
      name: 'iot_config_operation_duration_seconds',
      help: 'How long that took.',
      labels: { operation: operations },
      buckets: seconds,
    });
    metrics.gauge({
      name: 'iot_config_files_count',
      help: 'Configs there are.',
      labels: {},
      collect: async (gauge) => {
        gauge.set({}, await configs.count());
      },
    });
  }

  async measure<T>(operation: Operation, work: () => Promise<T>): Promise<T> {
    const beganAtMs = performance.now();
    try {
      const result = await work();
      this.done.inc({ operation, status: 'success' });
      return result;
    } catch (error) {
      this.done.inc({ operation, status: 'error' });
      throw error;
    } finally {
      this.took.observe({ operation }, (performance.now() - beganAtMs) / 1_000);
    }
  }
}
