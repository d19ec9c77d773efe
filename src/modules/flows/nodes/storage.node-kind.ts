import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../core/database/tx.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { StoragesService } from '../../storages/storages.service.js';
import type { NodeKind } from './node-kind.js';

/** Writes each message's values to a time-series database, and passes the message on. */
@Injectable()
export class StorageNodeKind implements NodeKind {
  readonly type = 'storage';
  readonly isTrigger = false;

  constructor(private readonly storages: StoragesService) {}

  existing(tx: Tx, tenant: Tenant, ids: readonly string[]): Promise<readonly string[]> {
    return this.storages.idsForUse(tx, tenant, ids);
  }
}
