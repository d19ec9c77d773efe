import { Injectable } from '@nestjs/common';
import { Transactions } from '../../../core/database/transactions.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { EditsService } from '../audit/edits.service.js';
import { TenantNotFound } from '../auth.errors.js';
import type { UserPrincipal } from '../principal.decorator.js';
import { TenantsRepository, type TenantOfUser } from '../tenants.repository.js';

/** Says which tenants somebody belongs to, and what they are called. */
@Injectable()
export class TenantsService {
  constructor(
    private readonly tenants: TenantsRepository,
    private readonly transactions: Transactions,
    private readonly edits: EditsService,
  ) {}

  async listOf(
    userId: string,
    page: { skip: number; limit: number },
  ): Promise<{ rows: TenantOfUser[]; total: number }> {
    return this.tenants.listOf(userId, page);
  }

  async get(userId: string, id: string): Promise<TenantOfUser> {
    const tenant = await this.tenants.findOf(userId, id);
    if (tenant === null) throw new TenantNotFound();
    return tenant;
  }

  /** Only the one that the session is in: the role there is what was asked for. */
  async rename(me: UserPrincipal, id: string, name: string): Promise<TenantOfUser> {
    if (id !== me.tenant.id) throw new TenantNotFound();
    const tenant: Tenant = me.tenant;
    const stored = await this.get(me.userId, id);
    if (stored.name !== name) {
      await this.transactions.run(async (tx) => {
        await this.tenants.rename(tx, tenant, name);
        const change = { before: { id, name: stored.name }, after: { id, name } };
        await this.edits.record(tx, tenant, 'tenant', 'updated', change);
      });
    }
    return this.get(me.userId, id);
  }
}
