import { Injectable } from '@nestjs/common';
import type { PageQuery } from '../../core/http/paging/page.query.js';
import type { Row } from '../../core/database/row.js';
import type { Tenant } from '../../core/tenancy/tenant.js';
import { canvasOf } from './flow-edit.rules.js';
import { FlowVersionsRepository, type FlowVersionSummary } from './flow-versions.repository.js';
import type { FlowVersion } from './flow-version.entity.js';
import type { Flow } from './flow.entity.js';
import { FlowVersionNotFound } from './flow.errors.js';
import { FlowsService, type Saving } from './flows.service.js';

/** Shows what a flow was at each save, and brings an older version back as the next one. */
@Injectable()
export class FlowVersionsService {
  constructor(
    private readonly flows: FlowsService,
    private readonly versions: FlowVersionsRepository,
  ) {}

  async list(tenant: Tenant, flowId: string, page: PageQuery): Promise<{ rows: FlowVersionSummary[]; total: number }> {
    await this.flows.get(tenant, flowId);
    return this.versions.list(tenant, flowId, page);
  }

  async get(tenant: Tenant, flowId: string, version: number): Promise<Row<FlowVersion>> {
    await this.flows.get(tenant, flowId);
    const found = await this.versions.find(tenant, flowId, version);
    if (found === null) throw new FlowVersionNotFound(version);
    return found;
  }

  /** What the version names may be gone by now: then it is refused like any other save. */
  async restore(tenant: Tenant, flowId: string, version: number, saving: Saving): Promise<Row<Flow>> {
    return this.flows.redraw(tenant, flowId, canvasOf(await this.get(tenant, flowId, version)), saving);
  }
}
