import { Injectable } from '@nestjs/common';
import type { Row } from '../../core/database/row.js';
import type { Tx } from '../../core/database/tx.js';
import type { Tenant } from '../../core/tenancy/tenant.js';
import { EditsService } from '../auth/audit/edits.service.js';
import type { SavedConfig } from './config-saves.js';
import type { Config } from './config.entity.js';

/** Tells of one config that was saved: caches and the audit log, in the transaction of the save. */
@Injectable()
export class ConfigRecords {
  constructor(private readonly edits: EditsService) {}

  async record(tx: Tx, tenant: Tenant, { before, after, outcome }: SavedConfig): Promise<void> {
    if (outcome === 'unchanged' || outcome === 'spared') return;
    await this.edits.record(tx, tenant, 'config', outcome, {
      ...(before === null ? {} : { before: recorded(before) }),
      ...(outcome === 'deleted' ? {} : { after: recorded(after) }),
    });
  }
}

/** Parsed, so that a password inside is known as one and not written down. */
function recorded({ id, mac, content, revision }: Row<Config>) {
  return { id, name: mac, revision, content: content === null ? null : (JSON.parse(content) as unknown) };
}
