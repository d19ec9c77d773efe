import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../core/database/tx.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { LabelsService } from '../../labels/labels.service.js';
import type { NodeKind } from './node-kind.js';

/** Fires on the events of every device that wears a label. */
@Injectable()
export class LabelNodeKind implements NodeKind {
  readonly type = 'label';
  readonly isTrigger = true;

  constructor(private readonly labels: LabelsService) {}

  async existing(tx: Tx, tenant: Tenant, ids: readonly string[]): Promise<readonly string[]> {
    return (await this.labels.findForUse(tx, tenant, ids)).map(({ id }) => id);
  }
}
