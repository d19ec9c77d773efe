import { Injectable } from '@nestjs/common';
import { Changes } from '../../../core/changes/changes.js';
import { OpenedTargets } from '../../../core/outbound/opened-targets.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { Clock } from '../../../core/time/clock.js';
import { StorageGate } from '../config/storage-gate.js';
import { StoragesRepository } from '../storages.repository.js';
import { readyStorage, type ReadyStorage } from './storage-target.js';

/** Keeps storages opened and ready in memory. */
@Injectable()
export class StorageTargets extends OpenedTargets<ReadyStorage> {
  constructor(
    private readonly storages: StoragesRepository,
    private readonly gate: StorageGate,
    changes: Changes,
    clock: Clock,
  ) {
    super('storage', changes, clock);
  }

  async read(tenant: Tenant, storageId: string): Promise<ReadyStorage | null> {
    const stored = await this.storages.find(tenant, storageId);
    return stored === null ? null : readyStorage(stored, this.gate.open(tenant, stored.id, stored));
  }
}
