import { Injectable } from '@nestjs/common';
import { ValidationFailed } from '../../core/errors/validation-failed.js';
import { refuseReadOnly } from '../../core/http/read-only.js';
import { isPlainObject } from '../../core/json/is-plain-object.js';
import type { Tenant } from '../../core/tenancy/tenant.js';
import type { SavedConfig } from './config-saves.js';
import { ConfigsRepository } from './configs.repository.js';
import { ConfigsService, type Editing } from './configs.service.js';
import { ConfigDetail } from './dto/config.response.js';
import type { SaveConfigRequest } from './dto/save-config.request.js';

/** Takes what a client sends for a config: only the content is theirs to set, the rest may come back as it was read. */
@Injectable()
export class ConfigEdits {
  constructor(
    private readonly configs: ConfigsService,
    private readonly repository: ConfigsRepository,
  ) {}

  async put(tenant: Tenant, mac: string, request: SaveConfigRequest, editing: Editing): Promise<SavedConfig> {
    const stored = await this.repository.find(tenant, mac);
    refuseReadOnly(request, stored === null ? { mac_address: mac } : new ConfigDetail(stored), {
      mac_address: 'same',
      device_name: 'same',
      device_entity_id: 'same',
      enable_ota: 'same',
      version: 'not_later',
      created_at: 'same',
      updated_at: 'not_later',
    });
    const { content, allow_overwrite } = request;
    if (!isPlainObject(content)) throw new ValidationFailed([{ path: 'content', message: 'must be an object' }]);
    return this.configs.put(tenant, mac, content, { ...editing, allowOverwrite: allow_overwrite ?? true });
  }
}
