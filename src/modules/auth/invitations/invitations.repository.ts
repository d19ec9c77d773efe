import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Conditions, containing } from '../../../core/database/conditions.js';
import { pageOfRows } from '../../../core/database/page-of-rows.js';
import { violatedConstraintOf } from '../../../core/database/sql-state.js';
import type { Queryable, Tx } from '../../../core/database/tx.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { Clock } from '../../../core/time/clock.js';
import type { Row } from '../row.js';
import { Invitation } from './invitation.entity.js';
import { InvitedMeanwhile } from './invitation.errors.js';
import type { InvitationStatus } from './invitation.rules.js';
import type { ListInvitationsQuery } from './dto/list-invitations.query.js';

const columns = `id, tenant_id AS "tenantId", email, role, secret_hash AS "secretHash", invited_by AS "invitedBy",
  accepted_by AS "acceptedBy", created_at AS "createdAt", expires_at AS "expiresAt", accepted_at AS "acceptedAt",
  revoked_at AS "revokedAt"`;

const undecided = 'accepted_at IS NULL AND revoked_at IS NULL';
const having: Record<InvitationStatus, (now: string) => string> = {
  open: (now) => `${undecided} AND expires_at > ${now}`,
  expired: (now) => `${undecided} AND expires_at <= ${now}`,
  accepted: (now) => `accepted_at <= ${now}`,
  revoked: (now) => `revoked_at <= ${now}`,
};

/** All queries on invitations. */
@Injectable()
export class InvitationsRepository {
  constructor(
    private readonly dataSource: DataSource,
    private readonly clock: Clock,
  ) {}

  /** Newest first. */
  async list(tenant: Tenant, query: ListInvitationsQuery): Promise<{ rows: Row<Invitation>[]; total: number }> {
    const where = new Conditions().and(tenant.id, (p) => `tenant_id = ${p}`);
    if (query.email !== undefined) where.and(containing(query.email), (p) => `email ILIKE ${p}`);
    if (query.status !== undefined) where.and(this.clock.now(), having[query.status]);
    const { skip, limit } = query;
    return pageOfRows<Row<Invitation>>((sql, values) => this.dataSource.query(sql, values), {
      ...{ columns, where, skip, limit },
      from: 'invitations',
      orderBy: 'id DESC',
    });
  }

  async find(tenant: Tenant, id: string): Promise<Row<Invitation> | null> {
    return this.dataSource.manager.findOneBy(Invitation, { id, tenantId: tenant.id });
  }

  /** By the link alone, which is what says whose it is. */
  async findByToken(id: string): Promise<Row<Invitation> | null> {
    return this.dataSource.manager.findOneBy(Invitation, { id });
  }

  async isMember(db: Queryable, tenant: Tenant, email: string): Promise<boolean> {
    const rows = await db.query(
      `SELECT u.id FROM users u JOIN memberships m ON m.user_id = u.id WHERE m.tenant_id = $1 AND lower(u.email) = $2`,
      [tenant.id, email],
    );
    return rows.length > 0;
  }

  async insert(tx: Tx, invitation: Row<Invitation>): Promise<void> {
    try {
      await tx.manager.insert(Invitation, invitation);
    } catch (error) {
      throw violatedConstraintOf(error) === 'UQ_invitations_tenant_id_email' ? new InvitedMeanwhile() : error;
    }
  }

  /** Whoever is invited anew has one link that works. Answers how many they had. */
  async revokeFor(tx: Tx, tenant: Tenant, email: string): Promise<number> {
    return this.revokeWhere(tx, tenant, 'email = $3', email);
  }

  /** What somebody invited who may not invite any more. */
  async revokeOf(tx: Tx, tenant: Tenant, userId: string): Promise<number> {
    return this.revokeWhere(tx, tenant, 'invited_by = $3', userId);
  }

  /** False: it was accepted or revoked before. */
  async revoke(tx: Tx, tenant: Tenant, id: string): Promise<boolean> {
    return (await this.revokeWhere(tx, tenant, 'id = $3', id)) > 0;
  }

  /** Once: false when it is not open, or no longer. */
  async accept(tx: Tx, id: string, userId: string): Promise<boolean> {
    const rows = await tx.query(
      `UPDATE invitations SET accepted_at = $2, accepted_by = $3
       WHERE id = $1 AND ${having.open('$2')} RETURNING id`,
      [id, this.clock.now(), userId],
    );
    return rows.length > 0;
  }

  private async revokeWhere(tx: Tx, tenant: Tenant, condition: string, value: string): Promise<number> {
    const rows = await tx.query(
      `UPDATE invitations SET revoked_at = $2 WHERE tenant_id = $1 AND ${undecided} AND ${condition} RETURNING id`,
      [tenant.id, this.clock.now(), value],
    );
    return rows.length;
  }
}
