import { Injectable } from '@nestjs/common';
import { DataSource, IsNull } from 'typeorm';
import type { Row } from '../../../core/database/row.js';
import type { Tx } from '../../../core/database/tx.js';
import type { ClaimedJob } from '../../../core/queue/job.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { UpstreamRegistration } from './upstream-registration.entity.js';

/** All queries on registrations with an upstream, and on the jobs of the same ids. */
@Injectable()
export class UpstreamRegistrationsRepository {
  constructor(private readonly dataSource: DataSource) {}

  async findLast(tenant: Tenant): Promise<Row<UpstreamRegistration> | null> {
    return this.dataSource.manager.findOne(UpstreamRegistration, {
      where: { tenantId: tenant.id },
      order: { id: 'DESC' },
    });
  }

  async findLive(tenant: Tenant, id: string): Promise<Row<UpstreamRegistration> | null> {
    return this.dataSource.manager.findOneBy(UpstreamRegistration, { id, tenantId: tenant.id, endedAt: IsNull() });
  }

  /** The one that has not ended. */
  async lockLive(tx: Tx, tenant: Tenant): Promise<Row<UpstreamRegistration> | null> {
    return tx.manager.findOne(UpstreamRegistration, {
      where: { tenantId: tenant.id, endedAt: IsNull() },
      lock: { mode: 'pessimistic_write' },
    });
  }

  async insert(tx: Tx, registration: Row<UpstreamRegistration>): Promise<void> {
    await tx.manager.insert(UpstreamRegistration, registration);
  }

  async update(tx: Tx, { id, tenantId, ...fields }: Row<UpstreamRegistration>): Promise<void> {
    await tx.manager.update(UpstreamRegistration, { id, tenantId }, fields);
  }

  /** With their secrets and their jobs. */
  async removeAll(tx: Tx, tenant: Tenant): Promise<void> {
    await this.removeJobs(tx, tenant);
    await tx.query('DELETE FROM upstream_registrations WHERE tenant_id = $1', [tenant.id]);
  }

  /** One that is done just now finds nothing, and ends by itself. */
  async removeJobs(tx: Tx, tenant: Tenant): Promise<void> {
    await tx.query(
      `DELETE FROM jobs WHERE id IN (SELECT id FROM upstream_registrations WHERE tenant_id = $1) AND lease_token IS NULL`,
      [tenant.id],
    );
  }

  /** By the database's clock, which the queue goes by. Where nobody does it now: who does will see to it afterwards. */
  async postpone(tx: Tx, id: string, delayMs: number): Promise<void> {
    await tx.query('UPDATE jobs SET run_at = now() + make_interval(secs => $2) WHERE id = $1 AND lease_token IS NULL', [
      id,
      delayMs / 1_000,
    ]);
  }

  /** Gives the job back to come again. False: the lease was lost, and somebody else has it. */
  async comeAgain(tx: Tx, { id, leaseToken }: ClaimedJob, delayMs: number): Promise<boolean> {
    const rows = await tx.query(
      `UPDATE jobs SET worker_id = NULL, lease_token = NULL, run_at = now() + make_interval(secs => $3)
       WHERE id = $1 AND lease_token = $2 RETURNING id`,
      [id, leaseToken, delayMs / 1_000],
    );
    return rows.length > 0;
  }

  async endJob(tx: Tx, { id, leaseToken }: ClaimedJob): Promise<void> {
    await tx.query('DELETE FROM jobs WHERE id = $1 AND lease_token = $2', [id, leaseToken]);
  }
}
