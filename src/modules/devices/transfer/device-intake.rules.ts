import { isDeepStrictEqual } from 'node:util';
import type { Row } from '../../../core/database/row.js';
import type { FieldError } from '../../../core/errors/app-error.js';
import { ValidationFailed } from '../../../core/errors/validation-failed.js';
import { editedDevice, newDevice, wantedLabelIds } from '../device-edit.rules.js';
import type { DeviceStatus } from '../device-state.entity.js';
import type { Device } from '../device.entity.js';
import { normalMac } from '../device.rules.js';
import { expectedMinutes, withProfileDefaults } from '../profile-defaults.rules.js';
import type { KnownDeviceProfile } from '../profiles/device-profile.entity.js';
import type { ConflictRule, RowOutcome } from './device-import.js';
import type { ImportedDevice } from './dto/imported-device.js';

/** A row whose names have become ids. */
export interface WantedDevice {
  position: number;
  /** As the file counts. */
  row: number;
  request: Row<ImportedDevice>;
}

/** A device that a row may mean, as it is before the batch. */
export interface KnownTarget {
  device: Row<Device>;
  labelIds: readonly string[];
  status: DeviceStatus;
}

/** A row of an earlier batch of a dry run, which would have made a device. */
export interface EarlierRow {
  row: number;
  request: Partial<Pick<ImportedDevice, 'dev_eui' | 'mac' | 'uuid' | 'serial'>>;
}

/** What is to be written of a device, new or edited. */
export interface DeviceWrite {
  device: Row<Device>;
  isNew: boolean;
  isEdited: boolean;
  addedLabels: string[];
  removedLabels: string[];
  /** Of a new device what it is, of another what the file wants it to be. */
  status: DeviceStatus | undefined;
  /** The minutes in which a message is expected, before and after. */
  expected: { before: number | null; after: number | null };
  /** Whether the status of a device that was there has to be asked about. */
  isRestated: boolean;
}

export interface IntakeCircumstances {
  tenantId: string;
  now: Date;
  onConflict: ConflictRule;
  profiles: ReadonlyMap<string, KnownDeviceProfile>;
  newId: () => string;
  seal: (deviceId: string, appKey: string) => string;
}

interface Target extends KnownTarget {
  /** Null: the row made it. */
  before: KnownTarget | null;
  row: number;
  wantedStatus: DeviceStatus | null | undefined;
}

type Found = Target | EarlierRow;

const identityFields = ['id', 'dev_eui', 'mac', 'uuid', 'serial'] as const;

/** The least and unique way to write what devices are found by. */
export function identitiesOf(request: Partial<Row<ImportedDevice>>): Map<string, string> {
  const found = new Map<string, string>();
  for (const field of identityFields) {
    const value = request[field];
    if (typeof value === 'string') found.set(field, normalised(field, value));
  }
  return found;
}

/** Decides row by row what becomes of a batch, each row on top of those before it; nothing is written here. */
export class DeviceIntakePlan {
  private readonly targets = new Set<Target>();
  private readonly byIdentity = new Map<string, Found>();
  private readonly keys = new Map<Found, string[]>();

  constructor(
    known: readonly KnownTarget[],
    earlier: readonly EarlierRow[],
    private readonly now: IntakeCircumstances,
  ) {
    for (const target of known)
      this.index({ ...target, before: target, row: 0, wantedStatus: undefined }, ownIdentities(target.device));
    for (const row of earlier) this.index(row, identitiesOf(row.request));
  }

  decide(wanted: WantedDevice): RowOutcome {
    const { position, request } = wanted;
    const identities = identitiesOf(request);
    const hits = [...identities].flatMap(([field, value]) => {
      const found = this.byIdentity.get(keyOf(field, value));
      return found === undefined ? [] : [{ field, value, found }];
    });
    const [hit] = hits;
    try {
      if (hit === undefined) return this.create(wanted);
      if (hits.some(({ found }) => found !== hit.found)) {
        const fields = hits.map(({ field }) => field).join(' and ');
        return refused(position, [{ path: hit.field, message: `belongs to another device than the rest: ${fields}` }]);
      }
      return this.meet(position, request, hit);
    } catch (error) {
      if (error instanceof ValidationFailed) return refused(position, [...error.errors]);
      throw error;
    }
  }

  /** What the batch comes to, in the order in which rows are locked. */
  writes(): DeviceWrite[] {
    return [...this.targets]
      .map((target) => this.writeOf(target))
      .filter(
        ({ isNew, isEdited, addedLabels, removedLabels, isRestated }) =>
          isNew || isEdited || addedLabels.length + removedLabels.length > 0 || isRestated,
      )
      .sort((one, other) => (one.device.id < other.device.id ? -1 : 1));
  }

  private create({ position, row, request: { id: _, status, ...request } }: WantedDevice): RowOutcome {
    const { tenantId, now, newId, seal, profiles } = this.now;
    const id = newId();
    const profile = profiles.get(request.profile_id ?? '');
    const registration = profile === undefined ? request : withProfileDefaults(request, profile);
    const device = newDevice({ id, tenantId, now }, registration, (appKey) => seal(id, appKey));
    const labelIds = [...new Set(wantedLabelIds(registration) ?? [])];
    const target = {
      device,
      labelIds,
      status: 'never_seen' as const,
      before: null,
      row,
      wantedStatus: status,
    };
    this.index(target, ownIdentities(device));
    return { position, status: 'created', deviceId: id, errors: null };
  }

  private meet(
    position: number,
    { id: _, ...request }: WantedDevice['request'],
    { field, found }: { field: string; found: Found },
  ): RowOutcome {
    const { onConflict, seal } = this.now;
    const deviceId = 'device' in found ? found.device.id : null;
    if (onConflict === 'refuse') {
      const isOfFile = !('device' in found) || found.before === null;
      const whose = isOfFile ? `row ${found.row} has it too` : 'another device has it';
      return { ...refused(position, [{ path: field, message: whose }]), deviceId };
    }
    if (onConflict === 'skip') return { position, status: 'skipped', deviceId, errors: null };
    if ('device' in found) {
      const { status, ...edit } = request;
      found.device = editedDevice(found.device, edit, 'merge', (appKey) => seal(found.device.id, appKey));
      const labelIds = wantedLabelIds(request);
      if (labelIds !== undefined) found.labelIds = [...new Set(labelIds)];
      found.wantedStatus = status ?? found.wantedStatus;
      this.index(found, ownIdentities(found.device));
    }
    return { position, status: 'updated', deviceId, errors: null };
  }

  private writeOf({ device, labelIds, before, wantedStatus }: Target): DeviceWrite {
    const { now, profiles } = this.now;
    const worn = before?.labelIds ?? [];
    const isEdited = before !== null && !isDeepStrictEqual({ ...device }, { ...before.device });
    const minutesOf = (one: Row<Device>) => expectedMinutes(one, profiles.get(one.profileId ?? ''));
    const expected = { before: before === null ? null : minutesOf(before.device), after: minutesOf(device) };
    const status = wantedStatus ?? undefined;
    const isHeld = before?.status === 'maintenance';
    const isHandedOver = status !== undefined && (status === 'maintenance') !== isHeld;
    return {
      device: isEdited ? { ...device, updatedAt: now } : device,
      isNew: before === null,
      isEdited,
      addedLabels: labelIds.filter((id) => !worn.includes(id)),
      removedLabels: worn.filter((id) => !labelIds.includes(id)),
      status: before === null ? (status === 'maintenance' ? status : 'never_seen') : status,
      expected,
      isRestated: before !== null && (isHandedOver || expected.before !== expected.after),
    };
  }

  /** From now on it is found by these, and by what it was called before no more. */
  private index(found: Found, identities: ReadonlyMap<string, string>): void {
    for (const key of this.keys.get(found) ?? []) this.byIdentity.delete(key);
    const keys = [...identities].map(([field, value]) => keyOf(field, value));
    for (const key of keys) this.byIdentity.set(key, found);
    this.keys.set(found, keys);
    if ('device' in found) this.targets.add(found);
  }
}

function ownIdentities({ id, devEui, mac, uuid, serial }: Row<Device>): Map<string, string> {
  return identitiesOf({ id, dev_eui: devEui, mac, uuid, serial });
}

function normalised(field: string, value: string): string {
  if (field === 'dev_eui') return value.toUpperCase();
  if (field === 'mac') return normalMac(value);
  return field === 'id' ? value.toLowerCase() : value;
}

function keyOf(field: string, value: string): string {
  return `${field}:${value}`;
}

function refused(position: number, errors: FieldError[]): RowOutcome {
  return { position, status: 'error', deviceId: null, errors };
}
