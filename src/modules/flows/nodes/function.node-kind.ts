import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../core/database/tx.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { FunctionsService } from '../../functions/functions.service.js';
import type { NodeKind } from './node-kind.js';

/** Runs user JavaScript on each message. */
@Injectable()
export class FunctionNodeKind implements NodeKind {
  readonly type = 'function';
  readonly isTrigger = false;

  constructor(private readonly functions: FunctionsService) {}

  existing(tx: Tx, tenant: Tenant, ids: readonly string[]): Promise<readonly string[]> {
    return this.functions.idsForUse(tx, tenant, ids);
  }
}
