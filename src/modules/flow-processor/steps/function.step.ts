import { Injectable } from '@nestjs/common';
import { FunctionsService } from '../../functions/functions.service.js';
import { SandboxService } from '../../functions/sandbox/sandbox.service.js';
import type { StepInput, StepKind, StepOutcome } from './step-kind.js';

/** Runs the user's JavaScript on a message, in the sandbox, with the event's own clock and chance. */
@Injectable()
export class FunctionStep implements StepKind {
  readonly nodeType = 'function';

  constructor(
    private readonly functions: FunctionsService,
    private readonly sandbox: SandboxService,
  ) {}

  async run(input: StepInput): Promise<StepOutcome> {
    const code = await this.functions.findCode(input.tenant, input.entityId);
    if (code === null) return missing(input.entityId);
    const result = await this.sandbox.call({
      tenantId: input.tenant.id,
      functionKey: `${input.isTrial ? 'trial:' : ''}${code.id}:${code.version.toString()}`,
      code: code.code,
      inputJson: input.messageJson,
      seed: { timeMs: input.eventTimeMs, random: `${input.runId}:${input.seq.toString()}` },
      mode: 'auto',
    });
    return {
      status: result.status,
      outputJson: result.outputJson,
      logs: result.logs,
      error: result.error,
      durationUs: Math.round(result.durationMs * 1_000),
      entityVersion: code.version,
    };
  }
}

function missing(functionId: string): StepOutcome {
  const error = { code: 'function.missing', message: `the function ${functionId} does not exist any more` };
  return { status: 'error', outputJson: null, logs: [], error, durationUs: 0, entityVersion: 0 };
}
