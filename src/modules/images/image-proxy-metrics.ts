import { Injectable } from '@nestjs/common';
import { AppError } from '../../core/errors/app-error.js';
import { Metrics, type Counting, type Observing } from '../../core/metrics/metrics.js';

const statuses = ['success', 'error'] as const;
const errorTypes = ['none', 'external_fetch_failed', 'decode_failed', 'resize_failed', 'busy', 'other'] as const;
type ErrorType = (typeof errorTypes)[number];

const seconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15];
const bytes = [1e3, 1e4, 5e4, 1e5, 2.5e5, 5e5, 1e6, 4e6, 1.6e7, 6.4e7];

const errorTypeOf: Readonly<Record<string, ErrorType>> = {
  'image.source_failed': 'external_fetch_failed',
  'image.format_refused': 'decode_failed',
  'image.broken': 'decode_failed',
  'image.too_large': 'resize_failed',
  'image.busy': 'busy',
};

/** How conversions get on, under the names of document 003. */
@Injectable()
export class ImageProxyMetrics {
  private readonly operations: Counting<{ status: typeof statuses; error_type: typeof errorTypes }>;
  private readonly took: Observing<Record<string, never>>;
  private readonly fetched: Observing<Record<string, never>>;
  private readonly sizes: Observing<Record<string, never>>;

  constructor(metrics: Metrics) {
    this.operations = metrics.counter({
      name: 'iot_image_proxy_operations_total',
      help: 'Images that were to be converted, by what became of them.',
      labels: { status: statuses, error_type: errorTypes },
    });
    const timing = { labels: {}, buckets: seconds };
    this.took = metrics.histogram({
      name: 'iot_image_proxy_operation_duration_seconds',
      help: 'How long images took, until the first byte can be sent.',
      ...timing,
    });
    this.fetched = metrics.histogram({
      name: 'iot_image_proxy_external_fetch_duration_seconds',
      help: 'How long the servers of images took, redirects included.',
      ...timing,
    });
    this.sizes = metrics.histogram({
      name: 'iot_image_proxy_image_size_bytes',
      help: 'How large the images are that displays were sent.',
      labels: {},
      buckets: bytes,
    });
  }

  async conversion<T extends { bytes: number }>(work: () => Promise<T>): Promise<T> {
    const beganAtMs = performance.now();
    try {
      const image = await work();
      this.operations.inc({ status: 'success', error_type: 'none' });
      this.sizes.observe({}, image.bytes);
      return image;
    } catch (error) {
      const code = error instanceof AppError ? error.code : '';
      this.operations.inc({ status: 'error', error_type: errorTypeOf[code] ?? 'other' });
      throw error;
    } finally {
      this.took.observe({}, (performance.now() - beganAtMs) / 1_000);
    }
  }

  async fetch<T>(work: () => Promise<T>): Promise<T> {
    const beganAtMs = performance.now();
    try {
      return await work();
    } finally {
      this.fetched.observe({}, (performance.now() - beganAtMs) / 1_000);
    }
  }
}
