import { Injectable } from '@nestjs/common';
import { Transactions } from '../../../core/database/transactions.js';
import type { Tx } from '../../../core/database/tx.js';
import { AppError, type FieldError } from '../../../core/errors/app-error.js';
import { whyNotStorable } from '../../../core/json/storable.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { Changes } from '../../../core/changes/changes.js';
import { AuditService } from '../../auth/audit/audit.service.js';
import type { KnownDevice } from '../../devices/device-state.entity.js';
import { DevicesService } from '../../devices/devices.service.js';
import { LabelsService } from '../../labels/labels.service.js';
import {
  changedAmong,
  ConfigSaves,
  type Judge,
  type RevisionAuthor,
  type SavedConfig,
  type WantedConfig,
} from '../config-saves.js';
import { ConfigExists } from '../config.errors.js';
import { contentLimits, type ConfigContent } from '../config.rules.js';
import { ConfigFolder } from '../files/config-folder.service.js';
import { ConfigSchemas, type ProfileCheck } from '../schemas/config-schemas.service.js';
import { DeviceWithoutMac, TemplateUnfit } from './assignment.errors.js';
import { filled, TemplateValueMissing } from './config-template.rules.js';
import type { AssignConfigRequest } from './dto/assign-config.request.js';
import type { AssignmentResponse, FailedAssignmentResponse } from './dto/assignment.response.js';

/** What one transaction holds without being in anybody's way for long. */
const devicesAtOnce = 500;
/** An answer that names more of them is read by nobody. */
const mostNamed = 1_000;

type Count = Pick<AssignmentResponse, 'created' | 'updated' | 'unchanged' | 'failed_count'>;

/** What of an assignment stays the same from batch to batch. */
interface Assignment {
  tenant: Tenant;
  labelId: string;
  template: ConfigContent;
  author: RevisionAuthor;
  judge: Judge;
  isDryRun: boolean;
  /** A schema is read once for all devices of its profile. */
  checks: Map<string | null, ProfileCheck>;
}

/**
 * Gives every device that wears a label a config made of one template, 500 devices in a transaction. What was broken off is
 * asked for again: devices that have the config already are left as they are.
 */
@Injectable()
export class ConfigAssignments {
  constructor(
    private readonly devices: DevicesService,
    private readonly labels: LabelsService,
    private readonly schemas: ConfigSchemas,
    private readonly saves: ConfigSaves,
    private readonly folder: ConfigFolder,
    private readonly transactions: Transactions,
    private readonly changes: Changes,
    private readonly audit: AuditService,
  ) {}

  async assign(tenant: Tenant, request: AssignConfigRequest, author: RevisionAuthor): Promise<AssignmentResponse> {
    const { id: labelId } = await this.labels.get(tenant, request.label_id.toLowerCase());
    const isDryRun = request.dry_run ?? false;
    const judge: Judge = (stored) => (request.allow_overwrite === false && stored !== null ? 'spare' : undefined);
    const assignment = { tenant, labelId, template: request.content, author, judge, isDryRun, checks: new Map() };
    const count = { devices: 0, created: 0, updated: 0, unchanged: 0, failed_count: 0 };
    const failed: FailedAssignmentResponse[] = [];
    for (let after: string | null = null; ;) {
      const page: KnownDevice[] = await this.devices.listAfter(tenant, { label_id: labelId }, after, devicesAtOnce);
      const done = await this.assignTo(page, assignment);
      count.devices += page.length;
      for (const what of ['created', 'updated', 'unchanged', 'failed_count'] as const) count[what] += done.count[what];
      failed.push(...done.failed.slice(0, mostNamed - failed.length));
      after = page.at(-1)?.id ?? null;
      if (page.length < devicesAtOnce) return { label_id: labelId, ...count, failed, dry_run: isDryRun };
    }
  }

  private async assignTo(devices: readonly KnownDevice[], assignment: Assignment) {
    const { wanted, failed } = await this.contentsFor(devices, assignment);
    const saved = await this.save(wanted, assignment);
    for (const { outcome, after } of saved)
      if (outcome === 'spared') failed.set(after.mac, new ConfigExists(after.mac));
    const counted = (outcome: SavedConfig['outcome']) => saved.filter((one) => one.outcome === outcome).length;
    const count: Count = {
      created: counted('created'),
      updated: counted('updated'),
      unchanged: counted('unchanged'),
      failed_count: failed.size,
    };
    return { count, failed: devices.flatMap((device) => failureOf(device, failed.get(device.mac ?? device.id))) };
  }

  private async save(
    wanted: readonly WantedConfig[],
    { tenant, labelId, author, judge, isDryRun }: Assignment,
  ): Promise<SavedConfig[]> {
    if (isDryRun) return this.transactions.run((tx) => this.saves.foresee(tx, tenant, wanted, judge));
    const saved = await this.transactions.run(async (tx) => {
      const done = await this.saves.save(tx, tenant, wanted, author, judge);
      await this.record(tx, tenant, labelId, done);
      return done;
    });
    await this.folder.mirror(
      tenant,
      saved.map(({ after }) => after.mac),
    );
    return saved;
  }

  /** In the order of their MACs, as rows are locked. */
  private async contentsFor(devices: readonly KnownDevice[], { tenant, template, checks }: Assignment) {
    const wanted: WantedConfig[] = [];
    const failed = new Map<string, AppError>();
    for (const device of devices) {
      try {
        if (device.mac === null) throw new DeviceWithoutMac();
        const content = contentFor(template, { ...device, mac: device.mac });
        const check = checks.get(device.profileId) ?? (await this.schemas.checkOf(tenant, device.profileId));
        checks.set(device.profileId, check);
        check.assertFits(content);
        wanted.push({ mac: device.mac, content });
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        failed.set(device.mac ?? device.id, error);
      }
    }
    return { wanted: wanted.sort((a, b) => (a.mac < b.mac ? -1 : 1)), failed };
  }

  private async record(tx: Tx, tenant: Tenant, labelId: string, saved: readonly SavedConfig[]) {
    const ids = changedAmong(saved).map(({ after }) => after.id);
    await this.changes.recordMany(tx, tenant, 'config', ids);
    const report = { label_id: labelId };
    await this.audit.recordBulk(tx, tenant, { action: 'config.assigned', kind: 'config', ids, report });
  }
}

function contentFor(template: ConfigContent, device: KnownDevice & { mac: string }): ConfigContent {
  const { id, name, mac, devEui, uuid, serial, site, metadata } = device;
  try {
    const content = filled(template, { id, name, mac, dev_eui: devEui, uuid, serial, site, metadata });
    const flaw = whyNotStorable(content, contentLimits);
    if (flaw !== undefined) throw new TemplateUnfit(`the content ${flaw}`);
    return content;
  } catch (error) {
    throw error instanceof TemplateValueMissing ? new TemplateUnfit(error.message) : error;
  }
}

function failureOf(device: KnownDevice, error: AppError | undefined): FailedAssignmentResponse[] {
  if (error === undefined) return [];
  const errors: readonly FieldError[] = error.errors;
  return [
    {
      device_id: device.id,
      device_name: device.name,
      mac_address: device.mac,
      code: error.code,
      error: error.message,
      ...(errors.length === 0 ? {} : { errors }),
    },
  ];
}
