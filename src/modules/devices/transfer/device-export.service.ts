import { Injectable } from '@nestjs/common';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { LabelsService } from '../../labels/labels.service.js';
import type { KnownDevice } from '../device-state.entity.js';
import { DevicesService } from '../devices.service.js';
import { csvLine, exportedColumns, listCell } from './csv-columns.rules.js';
import type { ExportDevicesQuery } from './dto/export-devices.query.js';
import { exportedOf, type ExportedDevice } from './exported-device.js';

const devicesAtOnce = 500;

/** Writes devices as a file that the import takes, a few hundred in memory at a time. */
@Injectable()
export class DeviceExport {
  constructor(
    private readonly devices: DevicesService,
    private readonly labels: LabelsService,
  ) {}

  /** In the order of their ids, so that what is made or edited meanwhile moves nothing. */
  async *lines(tenant: Tenant, query: ExportDevicesQuery): AsyncGenerator<string> {
    if (query.format === 'csv') yield csvLine(exportedColumns.map(({ name }) => name));
    for (let after: string | null = null; ;) {
      const rows: KnownDevice[] = await this.devices.listAfter(tenant, query, after, devicesAtOnce);
      const exported = await this.named(tenant, rows);
      if (exported.length > 0) yield exported.map(query.format === 'csv' ? csvOf : jsonOf).join('');
      after = rows.at(-1)?.id ?? null;
      if (rows.length < devicesAtOnce) return;
    }
  }

  private async named(tenant: Tenant, rows: readonly KnownDevice[]): Promise<ExportedDevice[]> {
    const labels = await this.labels.getMany(tenant, [...new Set(rows.flatMap(({ labelIds }) => labelIds))]);
    const nameOf = new Map(labels.map(({ id, name }) => [id, name]));
    return rows.map((row) =>
      exportedOf(
        row,
        row.labelIds.flatMap((id) => nameOf.get(id) ?? []),
      ),
    );
  }
}

function csvOf(device: ExportedDevice): string {
  const { location, labels, metadata, ...plain } = device;
  const cells: Record<string, string | number | null> = {
    ...plain,
    labels: listCell(labels),
    metadata: Object.keys(metadata).length === 0 ? null : JSON.stringify(metadata),
    latitude: location?.latitude ?? null,
    longitude: location?.longitude ?? null,
    altitude: location?.altitude ?? null,
    location_source: location?.source ?? null,
  };
  return csvLine(exportedColumns.map(({ name }) => cells[name] ?? null));
}

function jsonOf(device: ExportedDevice): string {
  return `${JSON.stringify(device)}\n`;
}
