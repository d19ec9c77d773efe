import { derivedId, timeOf } from '../../../core/ids/uuid-v7.js';
import type { Channels, DestinationRef, Preview } from '../../runs/channels/channels.service.js';
import type { RunLedger } from '../walk/run-ledger.js';
import type { Arrival, Deliverer, Walk } from '../walk/walk.js';

/** A delivery that would have been made. */
export interface PreviewedDelivery extends Preview {
  arrival: Arrival;
  to: DestinationRef;
  startedAt: Date;
  durationMs: number;
}

/** Takes the deliveries of a dry run: says what each would send, and lets its message go on as if it had arrived. */
export class PreviewedDeliveries implements Deliverer {
  readonly previewed: PreviewedDelivery[] = [];

  constructor(
    private readonly channels: Channels,
    private readonly now: () => Date,
  ) {}

  async make(walk: Walk, arrival: Arrival, to: DestinationRef, ledger: RunLedger): Promise<boolean> {
    const { runId, flowId, deviceId } = walk;
    const { nodeId, seq, messageJson } = arrival;
    const deliveryId = derivedId(timeOf(runId), 'delivery', runId, nodeId, seq);
    const startedAt = this.now();
    const startedMs = performance.now();
    const message = { deliveryId, runId, flowId, nodeId, deviceId, messageJson };
    const preview = await this.channels.get(to.type).preview(walk.tenant, to.id, message);
    this.previewed.push({ ...preview, arrival, to, startedAt, durationMs: performance.now() - startedMs });
    if (preview.failure === undefined) return true;
    ledger.pathFailed(nodeId, preview.failure.error);
    return false;
  }
}
