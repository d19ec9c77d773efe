import { Injectable } from '@nestjs/common';
import { assertMatches } from '../../core/http/entity-tag.js';
import type { Tenant } from '../../core/tenancy/tenant.js';
import { DestinationDesk } from '../runs/destination-edits/destination-desk.service.js';
import { DestinationEdits } from '../runs/destination-edits/destination-edits.service.js';
import { DestinationGate } from './config/destination-gate.js';
import type { CreateIntegrationRequest } from './dto/create-integration.request.js';
import { IntegrationResponse } from './dto/integration.response.js';
import type { ListIntegrationsQuery } from './dto/list-integrations.query.js';
import { refuseReadOnlyFields, type UpdateIntegrationRequest } from './dto/update-integration.request.js';
import { IntegrationNotFound } from './integration.errors.js';
import { editedConfig, type ConfigEdit } from './integration.rules.js';
import { IntegrationsRepository, type IntegrationRow, type IntegrationTarget } from './integrations.repository.js';

/** Makes, changes and removes integrations. The only writer of their table. */
@Injectable()
export class IntegrationsService extends DestinationEdits<IntegrationTarget> {
  constructor(
    private readonly integrations: IntegrationsRepository,
    private readonly gate: DestinationGate,
    desk: DestinationDesk,
  ) {
    super('integration', integrations, desk);
  }

  list(tenant: Tenant, query: ListIntegrationsQuery): Promise<{ rows: IntegrationRow[]; total: number }> {
    return this.integrations.list(tenant, query);
  }

  async create(tenant: Tenant, request: CreateIntegrationRequest): Promise<IntegrationRow> {
    return this.add(tenant, request, (id) => this.gate.admit(tenant, id, request));
  }

  async update(
    tenant: Tenant,
    id: string,
    request: UpdateIntegrationRequest,
    edit: ConfigEdit,
    ifMatch?: string,
  ): Promise<IntegrationRow> {
    return this.edit(tenant, id, {
      fields: request,
      check: (stored) => {
        assertMatches(ifMatch, new IntegrationResponse(stored));
        refuseReadOnlyFields(request, new IntegrationResponse(stored));
      },
      target: (stored) => {
        const sent = editedConfig(stored, request, edit);
        return sent === undefined ? undefined : this.gate.admit(tenant, id, sent, stored);
      },
    });
  }

  protected notFound(): IntegrationNotFound {
    return new IntegrationNotFound();
  }
}
