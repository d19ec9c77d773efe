import { Injectable } from '@nestjs/common';
import { hashKey } from '../../core/ids/uuid-v7.js';
import type { Tenant } from '../../core/tenancy/tenant.js';
import type { EnvelopeDevice } from '../devices/journal/envelope/envelope.contract.js';
import type { ContextRow } from '../runs/completion/results.contract.js';

/** Where a run finds the device as it was; `rows` is empty when the row is surely there already. */
export interface RunContext {
  id: string;
  rows: ContextRow[];
}

const maxRemembered = 50_000;

/** A run's device as it was, kept once per different state: the id is the hash of the state. */
@Injectable()
export class RunContexts {
  private readonly known = new Set<string>();

  of(tenant: Tenant, device: EnvelopeDevice): RunContext {
    const context = JSON.stringify(device);
    const id = hashKey(tenant.id, context);
    return { id, rows: this.known.has(id) ? [] : [{ id, tenant_id: tenant.id, context }] };
  }

  /** These rows are committed: the next runs need not write them again. */
  saved(rows: readonly ContextRow[]): void {
    if (this.known.size > maxRemembered) this.known.clear();
    rows.forEach(({ id }) => this.known.add(id));
  }
}
