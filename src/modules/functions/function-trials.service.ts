import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Tenant } from '../../core/tenancy/tenant.js';
import { FunctionsService } from './functions.service.js';
import { SampleMessages, type SampleSubject } from './sample-messages.service.js';
import type { SandboxResult } from './sandbox/sandbox.contract.js';
import { SandboxService } from './sandbox/sandbox.service.js';

/** Tries functions on samples and stored events, under the same limits as in a flow. */
@Injectable()
export class FunctionTrials {
  constructor(
    private readonly functions: FunctionsService,
    private readonly samples: SampleMessages,
    private readonly sandbox: SandboxService,
  ) {}

  async tryStored(tenant: Tenant, id: string, subject: SampleSubject): Promise<SandboxResult> {
    const { code } = await this.functions.get(tenant, id);
    return this.tryCode(tenant, code, subject);
  }

  async tryCode(tenant: Tenant, code: string, subject: SampleSubject): Promise<SandboxResult> {
    const { envelope, receivedAtMs, eventId } = await this.samples.of(tenant, subject);
    return this.sandbox.call({
      tenantId: tenant.id,
      // Not the function's own key: a source that is only tried must not put the one in use into quarantine.
      functionKey: `trial:${tenant.id}:${createHash('sha256').update(code).digest('base64url')}`,
      code,
      inputJson: JSON.stringify(envelope),
      seed: { timeMs: receivedAtMs, random: eventId },
      mode: 'auto',
    });
  }
}
