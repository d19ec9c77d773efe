import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Tx } from '../../../core/database/tx.js';
import { hashKey } from '../../../core/ids/uuid-v7.js';
import type { CheckedSignature } from './signature-check.js';
import { toleranceMs } from './upload-signature.rules.js';

/** Remembers signatures for as long as they could be accepted again. */
@Injectable()
export class UsedSignatures {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Whether nobody has used it before; from then on somebody has. Two at once: the second waits for the first one's end.
   * What was signed stands for the signature: of the same key and text there is only one.
   */
  async use(tx: Tx, { tenant, fingerprint, text, momentMs }: CheckedSignature): Promise<boolean> {
    const rows = await tx.query(
      `INSERT INTO used_asset_signatures (tenant_id, digest, expires_at) VALUES ($1, $2, $3)
       ON CONFLICT DO NOTHING RETURNING digest`,
      // Twice as long as it is accepted: the clocks of replicas differ.
      [tenant.id, hashKey(fingerprint, text), new Date(momentMs + 2 * toleranceMs)],
    );
    return rows.length === 1;
  }

  async forgetExpired(now: Date): Promise<void> {
    await this.dataSource.query('DELETE FROM used_asset_signatures WHERE expires_at < $1', [now]);
  }
}
