import { Injectable } from '@nestjs/common';
import { Changes } from '../../../core/changes/changes.js';
import { SecretBox } from '../../../core/crypto/secret-box.js';
import type { Row } from '../../../core/database/row.js';
import type { Tx } from '../../../core/database/tx.js';
import type { FieldError } from '../../../core/errors/app-error.js';
import { ValidationFailed } from '../../../core/errors/validation-failed.js';
import { RequestValidationPipe } from '../../../core/http/request-validation.pipe.js';
import { newId } from '../../../core/ids/uuid-v7.js';
import { Clock } from '../../../core/time/clock.js';
import { AuditService } from '../../auth/audit/audit.service.js';
import { DeviceRegistered } from '../events/device-registered.event.js';
import { DeviceIntakePlan, identitiesOf, type DeviceWrite } from './device-intake.rules.js';
import { DeviceIntakeRepository, type Identities } from './device-intake.repository.js';
import type { DeviceImport, RowOutcome, StoredRow } from './device-import.js';
import { DeviceReferences } from './device-references.js';
import { DeviceStatusService } from '../status/device-status.service.js';
import { ImportedDevice } from './dto/imported-device.js';

interface ReadRow {
  position: number;
  row: number;
  request: Row<ImportedDevice> | null;
  errors: FieldError[];
}

/** Takes one batch of rows into the registry: read, resolve, decide, write. A dry run does everything but the last. */
@Injectable()
export class DeviceIntake {
  private readonly validation = new RequestValidationPipe();

  constructor(
    private readonly devices: DeviceIntakeRepository,
    private readonly references: DeviceReferences,
    private readonly status: DeviceStatusService,
    private readonly secrets: SecretBox,
    private readonly changes: Changes,
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {}

  async take(tx: Tx, imported: DeviceImport, rows: readonly StoredRow[]): Promise<RowOutcome[]> {
    const tenant = { id: imported.tenantId };
    const read = await Promise.all(rows.map((row) => this.read(imported, row)));
    const requests = read.flatMap(({ request }) => (request === null ? [] : [request]));
    const named = namedBy(requests);
    const known = await this.devices.lockKnown(tx, tenant, named);
    const profileIds = known.flatMap(({ device }) => (device.profileId === null ? [] : [device.profileId]));
    const references = await this.references.find(tx, tenant, requests, profileIds);
    const plan = new DeviceIntakePlan(
      known,
      imported.dryRun ? await this.devices.earlierRows(tx, imported, named) : [],
      {
        tenantId: tenant.id,
        now: this.clock.now(),
        onConflict: imported.onConflict,
        profiles: references.profiles,
        newId: idsInOrder(rows.length, this.clock.nowMs()),
        seal: (id, appKey) => this.secrets.seal(appKey.toLowerCase(), `device:${id}:app_key`),
      },
    );
    const outcomes = read.map(({ position, row, request, errors }): RowOutcome => {
      const resolved = request === null ? null : references.resolve(request);
      const faults = [...errors, ...(resolved?.errors ?? [])];
      if (resolved === null || faults.length > 0) return { position, status: 'error', deviceId: null, errors: faults };
      return plan.decide({ position, row, request: resolved.request });
    });
    if (imported.dryRun) {
      const there = new Set(known.map(({ device }) => device.id));
      return outcomes.map((outcome) => (there.has(outcome.deviceId ?? '') ? outcome : { ...outcome, deviceId: null }));
    }
    await this.write(tx, imported, plan.writes());
    return outcomes;
  }

  private async read(
    imported: DeviceImport,
    { position, row, given, appKeySealed, errors }: StoredRow,
  ): Promise<ReadRow> {
    if (errors !== null) return { position, row, request: null, errors };
    const appKey =
      appKeySealed === null ? {} : { app_key: this.secrets.open(appKeySealed, appKeyPurpose(imported.id, position)) };
    try {
      const value = { ...given, ...appKey };
      const request = (await this.validation.transform(value, {
        type: 'body',
        metatype: ImportedDevice,
      })) as ImportedDevice;
      return { position, row, request: Object.fromEntries(Object.entries(request)) as Row<ImportedDevice>, errors: [] };
    } catch (error) {
      if (error instanceof ValidationFailed) return { position, row, request: null, errors: [...error.errors] };
      throw error;
    }
  }

  private async write(tx: Tx, { id, tenantId, done }: DeviceImport, writes: readonly DeviceWrite[]): Promise<void> {
    const tenant = { id: tenantId };
    await this.devices.write(tx, tenant, writes);
    for (const { device, status, expected } of writes.filter(({ isRestated }) => isRestated)) {
      await this.status.restate(tx, tenant, { deviceId: device.id, wanted: status, expected });
    }
    const ids = writes.map(({ device }) => device.id);
    await this.changes.recordMany(tx, tenant, 'device', ids);
    for (const { device } of writes.filter(({ isNew }) => isNew)) {
      tx.publish(new DeviceRegistered(tenantId, device.id, device.devEui));
    }
    const created = writes.filter(({ isNew }) => isNew).length;
    const report = { import_id: id, after_row: done, created, updated: writes.length - created };
    await this.audit.recordBulk(tx, tenant, { action: 'device.imported', kind: 'device', ids, report });
  }
}

/** What the key of a row is sealed for, until the row is looked at. */
export function appKeyPurpose(importId: string, position: number): string {
  return `device_import:${importId}:${position}:app_key`;
}

function namedBy(requests: readonly Row<ImportedDevice>[]): Identities {
  const all = requests.map((request) => identitiesOf(request));
  const of = (field: string) => [...new Set(all.flatMap((identities) => identities.get(field) ?? []))].sort();
  return { ids: of('id'), devEuis: of('dev_eui'), macs: of('mac'), uuids: of('uuid'), serials: of('serial') };
}

/** Ids of one moment sort by chance: given out in their order, devices stay in the order of their file. */
function idsInOrder(count: number, nowMs: number): () => string {
  const ids = Array.from({ length: count }, () => newId(nowMs)).sort();
  let next = 0;
  return () => ids[next++] ?? newId(nowMs);
}
