import { Injectable } from '@nestjs/common';
import { TenantsRepository, type TenantOfUser } from '../tenants.repository.js';

/** Says which tenants somebody belongs to. */
@Injectable()
export class TenantsService {
  constructor(private readonly tenants: TenantsRepository) {}

  async listOf(
    userId: string,
    page: { skip: number; limit: number },
  ): Promise<{ rows: TenantOfUser[]; total: number }> {
    return this.tenants.listOf(userId, page);
  }
}
