import { Injectable } from '@nestjs/common';
import type { Row } from '../../core/database/row.js';
import type { PageQuery } from '../../core/http/paging/page.query.js';
import type { Tenant } from '../../core/tenancy/tenant.js';
import type { FunctionVersion } from './function-version.entity.js';
import { FunctionVersionsRepository, type FunctionSave } from './function-versions.repository.js';
import type { UserFunction } from './function.entity.js';
import { FunctionVersionNotFound } from './function.errors.js';
import { FunctionsService, type SavedBy } from './functions.service.js';

/** Looks back at what functions were, and brings it back. */
@Injectable()
export class FunctionVersionsService {
  constructor(
    private readonly functions: FunctionsService,
    private readonly versions: FunctionVersionsRepository,
  ) {}

  async list(tenant: Tenant, id: string, query: PageQuery): Promise<{ rows: FunctionSave[]; total: number }> {
    await this.functions.get(tenant, id);
    return this.versions.list(tenant, id, query);
  }

  /** Also of a function that was deleted since: runs keep the number of the version that they ran. */
  async find(tenant: Tenant, id: string, version: number): Promise<Row<FunctionVersion> | null> {
    return this.versions.find(tenant, id, version);
  }

  async get(tenant: Tenant, id: string, version: number): Promise<Row<FunctionVersion>> {
    await this.functions.get(tenant, id);
    const found = await this.versions.find(tenant, id, version);
    if (found === null) throw new FunctionVersionNotFound(version);
    return found;
  }

  /** Saves the old code and parameters anew, as the newest version; nothing is taken back. */
  async restore(tenant: Tenant, id: string, version: number, savedBy: SavedBy): Promise<Row<UserFunction>> {
    const { code, parameters } = await this.get(tenant, id, version);
    return this.functions.save(tenant, id, { code, parameters }, savedBy);
  }
}
