import { Injectable } from '@nestjs/common';
import { Transactions } from '../../../core/database/transactions.js';
import { derivedId, timeOf } from '../../../core/ids/uuid-v7.js';
import { Queue } from '../../../core/queue/queue.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { AuditService } from '../../auth/audit/audit.service.js';
import { FlowsService } from '../../flows/flows.service.js';
import { RunInputsService } from '../../runs/histories/run-inputs.service.js';
import { RunsService } from '../../runs/runs.service.js';
import type { ReplayRunJob } from './replay-run.job.js';
import { RunMessageExpired } from './run-replay.errors.js';

/** Which of a flow's versions runs again. */
export type ReplayVersion = 'current' | 'original';

/** A run that is about to be made. */
export interface RunReplay {
  runId: string;
  replayOf: string;
  replayNumber: number;
  version: number;
}

/** Repeats runs on request: each as a new run of the same message. */
@Injectable()
export class RunReplaysService {
  constructor(
    private readonly runs: RunsService,
    private readonly flows: FlowsService,
    private readonly inputs: RunInputsService,
    private readonly transactions: Transactions,
    private readonly queue: Queue,
    private readonly audit: AuditService,
  ) {}

  async replay(tenant: Tenant, flowId: string, runId: string, which: ReplayVersion): Promise<RunReplay> {
    const flow = await this.flows.get(tenant, flowId);
    const origin = await this.runs.getOrigin(tenant, flowId, runId);
    if ((await this.inputs.findEnvelope(tenant, runId)) === null) throw new RunMessageExpired();
    const number = await this.runs.nextReplayNumber(tenant, origin);
    const { eventId } = origin;
    const payload: ReplayRunJob = {
      replay_of: runId,
      replay_number: number,
      flow_id: flowId,
      event_id: eventId,
      device_id: origin.deviceId,
      context_id: origin.contextId,
      version: which === 'original' ? origin.flowVersion : flow.version,
      trigger_source: origin.triggerSource,
    };
    const id = derivedId(timeOf(eventId), 'run', eventId, flowId, number);
    const replay = { runId: id, replayOf: runId, replayNumber: number, version: payload.version };
    await this.transactions.run(async (tx) => {
      await this.queue.enqueue(tx, [{ id, tenantId: tenant.id, laneId: tenant.id, kind: 'replay-run', payload }]);
      const subject = { kind: 'flow_run', id: runId, name: flow.name };
      const report = { flow_id: flowId, run_id: id, version: payload.version };
      await this.audit.record(tx, tenant, { action: 'flow_run.replayed', subject, report });
    });
    this.queue.hint('events');
    return replay;
  }
}
