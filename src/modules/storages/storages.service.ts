import { Injectable } from '@nestjs/common';
import { assertMatches } from '../../core/http/entity-tag.js';
import type { Tenant } from '../../core/tenancy/tenant.js';
import { DestinationDesk } from '../runs/destination-edits/destination-desk.service.js';
import { DestinationEdits } from '../runs/destination-edits/destination-edits.service.js';
import { StorageGate } from './config/storage-gate.js';
import type { CreateStorageRequest } from './dto/create-storage.request.js';
import type { ListStoragesQuery } from './dto/list-storages.query.js';
import { StorageResponse } from './dto/storage.response.js';
import { refuseReadOnlyFields, type UpdateStorageRequest } from './dto/update-storage.request.js';
import { StorageNotFound } from './storage.errors.js';
import { configOf, editedConfig, type ConfigEdit } from './storage.rules.js';
import { StoragesRepository, type StorageRow, type StoredStorageTarget } from './storages.repository.js';

/** Makes, changes and removes storages. The only writer of their table. */
@Injectable()
export class StoragesService extends DestinationEdits<StoredStorageTarget> {
  constructor(
    private readonly storages: StoragesRepository,
    private readonly gate: StorageGate,
    desk: DestinationDesk,
  ) {
    super('storage', storages, desk);
  }

  list(tenant: Tenant, query: ListStoragesQuery): Promise<{ rows: StorageRow[]; total: number }> {
    return this.storages.list(tenant, query);
  }

  async create(tenant: Tenant, request: CreateStorageRequest): Promise<StorageRow> {
    const sent = { type: request.type, config: configOf(request) };
    return this.add(tenant, request, (id) => this.gate.admit(tenant, id, sent));
  }

  async update(
    tenant: Tenant,
    id: string,
    request: UpdateStorageRequest,
    edit: ConfigEdit,
    ifMatch?: string,
  ): Promise<StorageRow> {
    return this.edit(tenant, id, {
      fields: request,
      check: (stored) => {
        assertMatches(ifMatch, new StorageResponse(stored));
        refuseReadOnlyFields(request, new StorageResponse(stored));
      },
      target: (stored) => {
        const sent = editedConfig(stored, request, edit);
        return sent === undefined ? undefined : this.gate.admit(tenant, id, sent, stored);
      },
    });
  }

  protected notFound(): StorageNotFound {
    return new StorageNotFound();
  }
}
