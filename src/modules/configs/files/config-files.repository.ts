import { Injectable } from '@nestjs/common';
import { HotPool } from '../../../core/database/hot-pool.js';
import type { Tx } from '../../../core/database/tx.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import type { KnownFile } from './file-decision.rules.js';

/** All queries on what folders held. */
@Injectable()
export class ConfigFilesRepository {
  constructor(private readonly pool: HotPool) {}

  /** One file of one folder is looked at by one process at a time. */
  async lock(tx: Tx, folderId: string, mac: string): Promise<KnownFile | null> {
    await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`config_files:${folderId}:${mac}`]);
    const [known] = await tx.query<KnownFile>(
      'SELECT revision, digest FROM config_files WHERE folder_id = $1 AND mac = $2',
      [folderId, mac],
    );
    return known ?? null;
  }

  async note(tx: Tx, tenant: Tenant, folderId: string, mac: string, known: KnownFile): Promise<void> {
    await tx.query(
      `INSERT INTO config_files (tenant_id, folder_id, mac, revision, digest) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (folder_id, mac) DO UPDATE SET revision = EXCLUDED.revision, digest = EXCLUDED.digest`,
      [tenant.id, folderId, mac, known.revision, known.digest],
    );
  }

  /** The MACs whose configs were saved since the folder was brought in line. */
  async listBehind(tenant: Tenant, folderId: string): Promise<string[]> {
    const rows = await this.pool.query<{ mac: string }>(
      `SELECT c.mac FROM configs c LEFT JOIN config_files f ON f.folder_id = $2 AND f.mac = c.mac
       WHERE c.tenant_id = $1 AND COALESCE(f.revision, 0) <> c.revision
         AND (f.revision IS NOT NULL OR c.deleted_at IS NULL)
       ORDER BY c.mac LIMIT 10000`,
      [tenant.id, folderId],
    );
    return rows.map(({ mac }) => mac);
  }

  /** The MACs that had a file when the folder was last looked at. */
  async listPresent(tenant: Tenant, folderId: string): Promise<string[]> {
    const rows = await this.pool.query<{ mac: string }>(
      'SELECT mac FROM config_files WHERE tenant_id = $1 AND folder_id = $2 AND digest IS NOT NULL',
      [tenant.id, folderId],
    );
    return rows.map(({ mac }) => mac);
  }
}
