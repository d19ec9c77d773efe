import { Injectable } from '@nestjs/common';
import { AppError } from '../../../core/errors/app-error.js';
import { Metrics, type Counting, type Observing } from '../../../core/metrics/metrics.js';

const fields = ['file', 'filename', 'timestamp', 'signature', 'key_id'] as const;
const errorTypes = ['none', ...fields, 'form', 'size', 'filesystem', 'busy', 'other'] as const;
const statuses = ['success', 'validation_error', 'server_error'] as const;
const seconds = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
const bytes = [1e3, 1e4, 1e5, 1e6, 4e6, 1.6e7, 6.4e7, 2.56e8, 1e9];

type Outcome = { status: (typeof statuses)[number]; error_type: (typeof errorTypes)[number] };

/** How uploads get on, under the names of document 003. */
@Injectable()
export class AssetUploadMetrics {
  private readonly requests: Counting<{ status: typeof statuses; error_type: typeof errorTypes }>;
  private readonly took: Observing<{ status: typeof statuses }>;
  private readonly sizes: Observing<Record<string, never>>;
  private readonly verified: Observing<{ result: readonly ['success', 'failure'] }>;

  constructor(metrics: Metrics) {
    this.requests = metrics.counter({
      name: 'iot_asset_upload_requests_total',
      help: 'Uploads of assets, by what became of them.',
      labels: { status: statuses, error_type: errorTypes },
    });
    this.took = metrics.histogram({
      name: 'iot_asset_upload_duration_seconds',
      help: 'How long uploads took, the coming in of the file included.',
      labels: { status: statuses },
      buckets: seconds,
    });
    this.sizes = metrics.histogram({
      name: 'iot_asset_upload_file_size_bytes',
      help: 'How large the files are that were taken.',
      labels: {},
      buckets: bytes,
    });
    this.verified = metrics.histogram({
      name: 'iot_asset_upload_signature_verification_duration_seconds',
      help: 'How long the signature of an upload took to look at.',
      labels: { result: ['success', 'failure'] },
      buckets: seconds,
    });
  }

  async upload<T extends { size: string }>(work: () => Promise<T>): Promise<T> {
    const beganAtMs = performance.now();
    const end = ({ status, error_type }: Outcome) => {
      this.requests.inc({ status, error_type });
      this.took.observe({ status }, (performance.now() - beganAtMs) / 1_000);
    };
    try {
      const taken = await work();
      end({ status: 'success', error_type: 'none' });
      this.sizes.observe({}, Number(taken.size));
      return taken;
    } catch (error) {
      end(outcomeOf(error));
      throw error;
    }
  }

  async verification<T>(work: () => Promise<T>): Promise<T> {
    const beganAtMs = performance.now();
    let result: 'success' | 'failure' = 'failure';
    try {
      const checked = await work();
      result = 'success';
      return checked;
    } finally {
      this.verified.observe({ result }, (performance.now() - beganAtMs) / 1_000);
    }
  }
}

function outcomeOf(error: unknown): Outcome {
  if (!(error instanceof AppError)) return { status: 'server_error', error_type: 'other' };
  if (error.kind === 'unavailable') {
    return { status: 'server_error', error_type: error.code.startsWith('asset.') ? 'filesystem' : 'busy' };
  }
  if (error.kind === 'too_large') return { status: 'validation_error', error_type: 'size' };
  const path = error.errors[0]?.path;
  return { status: 'validation_error', error_type: fields.find((field) => field === path) ?? 'form' };
}
