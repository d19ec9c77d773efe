import { Injectable } from '@nestjs/common';
import { Changes } from '../../core/changes/changes.js';
import type { Row } from '../../core/database/row.js';
import type { Tx } from '../../core/database/tx.js';
import { AuditService } from '../auth/audit/audit.service.js';
import type { Storage } from './storage.entity.js';

export type StorageAction = `storage.${'created' | 'updated' | 'deleted' | 'paused' | 'resumed'}`;

/** A storage before and after an edit; one of them is missing where it was made or deleted. */
type StorageChange = { before: Row<Storage>; after?: Row<Storage> } | { before?: Row<Storage>; after: Row<Storage> };

/** Tells of edits to storages: the other processes, and those who ask who it was. */
@Injectable()
export class StorageChangesService {
  constructor(
    private readonly changes: Changes,
    private readonly audit: AuditService,
  ) {}

  async note(tx: Tx, action: StorageAction, change: StorageChange): Promise<void> {
    const storage = change.after ?? change.before;
    if (storage === undefined) return;
    await this.tell(tx, storage);
    await this.record(tx, action, storage, change);
  }

  async tell(tx: Tx, { tenantId, id }: Row<Storage>): Promise<void> {
    await this.changes.record(tx, { id: tenantId }, 'storage', id);
  }

  async record(
    tx: Tx,
    action: StorageAction,
    { tenantId, id, name }: Row<Storage>,
    change?: StorageChange,
  ): Promise<void> {
    const subject = { kind: 'storage', id, name };
    await this.audit.record(tx, { id: tenantId }, { action, subject, ...change });
  }
}
