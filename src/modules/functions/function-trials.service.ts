import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Tenant } from '../../core/tenancy/tenant.js';
import { FunctionsService } from './functions.service.js';
import { SampleMessages, type SampleSubject } from './sample-messages.service.js';
import { encodedDownlink } from './encoded-downlink.rules.js';
import type { TrialCall } from './dto/test-function.request.js';
import type { SandboxCall, SandboxResult } from './sandbox/sandbox.contract.js';
import { SandboxService } from './sandbox/sandbox.service.js';

const modeOf: Readonly<Record<TrialCall, SandboxCall['mode']>> = {
  auto: 'auto',
  decodeUplink: 'codec',
  encodeDownlink: 'downlink',
};

/** What is tried on a message: as a flow would call it, or one side of a codec. */
export interface Trial extends SampleSubject {
  call: TrialCall;
}

/** Tries functions on samples and stored events, under the same limits as in a flow. */
@Injectable()
export class FunctionTrials {
  constructor(
    private readonly functions: FunctionsService,
    private readonly samples: SampleMessages,
    private readonly sandbox: SandboxService,
  ) {}

  async tryStored(tenant: Tenant, id: string, subject: Trial): Promise<SandboxResult> {
    const { code } = await this.functions.get(tenant, id);
    return this.tryCode(tenant, code, subject);
  }

  async tryCode(tenant: Tenant, code: string, subject: Trial): Promise<SandboxResult> {
    const { envelope, receivedAtMs, eventId } = await this.samples.of(tenant, subject);
    const result = await this.sandbox.call({
      tenantId: tenant.id,
      // Not the function's own key: a source that is only tried must not put the one in use into quarantine.
      functionKey: `trial:${tenant.id}:${createHash('sha256').update(code).digest('base64url')}`,
      code,
      inputJson: JSON.stringify(envelope),
      seed: { timeMs: receivedAtMs, random: eventId },
      mode: modeOf[subject.call],
    });
    return subject.call === 'encodeDownlink' ? encodedDownlink(result) : result;
  }
}
