import { Injectable } from '@nestjs/common';
import { Metrics, type Counting } from '../../../core/metrics/metrics.js';
import { sandboxErrorCodes, type SandboxResult } from './sandbox.contract.js';

const outcomes = ['success', 'filtered', ...sandboxErrorCodes] as const;
type Labels = Readonly<{ outcome: typeof outcomes }>;

/** Counts calls of user code by how they ended: the limits are among the outcomes, each under its code. */
@Injectable()
export class SandboxMetrics {
  private readonly calls: Counting<Labels>;

  constructor(private readonly metrics: Metrics) {
    this.calls = metrics.counter({
      name: 'sandbox_calls_total',
      help: 'Calls of user functions by outcome: success, filtered, or the code of the error.',
      labels: { outcome: outcomes },
    });
  }

  count({ status, error }: SandboxResult): void {
    this.calls.inc({ outcome: status === 'error' ? (error?.code ?? 'sandbox.threw') : status });
  }

  /** How many functions rest in this process, asked when the metrics are read. */
  watchQuarantine(size: () => number): void {
    this.metrics.gauge({
      name: 'sandbox_quarantined_functions',
      help: 'Functions that rest in this process because they hit their limits too often in a row.',
      labels: {},
      collect: (gauge) => {
        gauge.set({}, size());
      },
    });
  }
}
