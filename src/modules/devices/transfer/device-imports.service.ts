import { Injectable } from '@nestjs/common';
import { SecretBox } from '../../../core/crypto/secret-box.js';
import { Transactions } from '../../../core/database/transactions.js';
import type { BodyStream } from '../../../core/http/body-stream.decorator.js';
import { unstorableFields } from '../../../core/http/unstorable-fields.js';
import { newId } from '../../../core/ids/uuid-v7.js';
import { currentOrigin } from '../../../core/origin/origin.js';
import { Queue } from '../../../core/queue/queue.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { Clock } from '../../../core/time/clock.js';
import { csvRows } from './csv-rows.js';
import type { DeviceImport, ImportFormat, StoredRow } from './device-import.js';
import { DeviceImportNotFound, ImportTypeUnknown, ImportUnreadable } from './device-import.errors.js';
import { DeviceImportsRepository } from './device-imports.repository.js';
import { appKeyPurpose } from './device-intake.service.js';
import type { ImportDevicesQuery } from './dto/import-devices.query.js';
import type { ListDeviceImportsQuery, ListImportRowsQuery } from './dto/list-device-imports.query.js';
import { ImportTooLarge, textOf } from './file-text.js';
import type { GivenRow } from './given-row.js';
import { jsonLineRows } from './json-line-rows.js';

/** No more rows than this are ever in memory. */
const rowsAtOnce = 500;
const maxRows = 50_000;
export const importJobKind = 'import-devices';

/** Receives files of devices and says how far they are taken in. The taking in is a job: it survives the request. */
@Injectable()
export class DeviceImportsService {
  constructor(
    private readonly imports: DeviceImportsRepository,
    private readonly secrets: SecretBox,
    private readonly transactions: Transactions,
    private readonly queue: Queue,
    private readonly clock: Clock,
  ) {}

  /** A file that cannot be read to its end leaves nothing behind. */
  async receive(tenant: Tenant, body: BodyStream, options: ImportDevicesQuery): Promise<DeviceImport> {
    const imported = this.begun(tenant, formatOf(body.contentType), options);
    await this.transactions.run((tx) => this.imports.insert(tx, imported));
    try {
      await this.store(tenant, imported, body);
      await this.transactions.run(async (tx) => {
        await this.imports.begin(tx, tenant, imported.id);
        await this.queue.enqueue(tx, [
          { id: imported.id, tenantId: tenant.id, laneId: tenant.id, kind: importJobKind },
        ]);
      });
    } catch (error) {
      await this.imports.remove(tenant, imported.id);
      throw error;
    }
    this.queue.hint('events');
    return this.get(tenant, imported.id);
  }

  async get(tenant: Tenant, id: string): Promise<DeviceImport> {
    const imported = await this.imports.find(tenant, id);
    if (imported === null) throw new DeviceImportNotFound();
    return imported;
  }

  async list(tenant: Tenant, query: ListDeviceImportsQuery): Promise<{ rows: DeviceImport[]; total: number }> {
    return this.imports.list(tenant, query);
  }

  async listRows(
    tenant: Tenant,
    id: string,
    query: ListImportRowsQuery,
  ): Promise<{ rows: StoredRow[]; total: number }> {
    await this.get(tenant, id);
    return this.imports.listRows(tenant, id, query);
  }

  private begun(tenant: Tenant, format: ImportFormat, { dry_run, on_conflict }: ImportDevicesQuery): DeviceImport {
    const origin = currentOrigin();
    const now = this.clock.now();
    return {
      ...{ id: newId(now.getTime()), tenantId: tenant.id, format, dryRun: dry_run, onConflict: on_conflict },
      ...{ state: 'receiving', total: 0, done: 0, created: 0, updated: 0, skipped: 0, failed: 0 },
      ...{ requestedBy: origin?.kind === 'request' ? origin : null, createdAt: now, finishedAt: null },
    };
  }

  private async store(tenant: Tenant, { id, format }: DeviceImport, { bytes }: BodyStream): Promise<void> {
    const text = textOf(bytes as AsyncIterable<Buffer>);
    let batch: StoredRow[] = [];
    let position = 0;
    const flush = async (): Promise<void> => {
      const rows = batch;
      batch = [];
      if (rows.length > 0) await this.transactions.run((tx) => this.imports.addRows(tx, tenant, id, rows));
    };
    for await (const row of format === 'csv' ? csvRows(text) : jsonLineRows(text)) {
      position += 1;
      if (position > maxRows) throw new ImportTooLarge(`${maxRows} rows`);
      batch.push(this.staged(id, position, row));
      if (batch.length === rowsAtOnce) await flush();
    }
    if (position === 0) throw new ImportUnreadable('there are no rows in the file');
    await flush();
  }

  /** The key lies sealed from here on; what PostgreSQL could not hold is an error of its row, and is not kept. */
  private staged(importId: string, position: number, { row, given, errors }: GivenRow): StoredRow {
    const faults = [...errors, ...unstorableFields(given)];
    const { app_key: appKey, ...open } = given;
    const isSecret = typeof appKey === 'string' && faults.length === 0;
    return {
      ...{ position, row, status: 'pending', deviceId: null },
      given: faults.length > 0 && errors.length === 0 ? {} : open,
      appKeySealed: isSecret ? this.secrets.seal(appKey, appKeyPurpose(importId, position)) : null,
      errors: faults.length === 0 ? null : faults,
    };
  }
}

function formatOf(contentType: string): ImportFormat {
  if (contentType === 'text/csv') return 'csv';
  if (/^application\/(x-ndjson|ndjson|jsonl)$/.test(contentType)) return 'ndjson';
  throw new ImportTypeUnknown();
}
