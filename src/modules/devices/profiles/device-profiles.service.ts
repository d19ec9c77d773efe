import { Injectable, type OnModuleInit } from '@nestjs/common';
import { isDeepStrictEqual } from 'node:util';
import { Changes } from '../../../core/changes/changes.js';
import type { Row } from '../../../core/database/row.js';
import { Transactions } from '../../../core/database/transactions.js';
import type { Tx } from '../../../core/database/tx.js';
import { assertMatches } from '../../../core/http/entity-tag.js';
import { refuseReadOnly } from '../../../core/http/read-only.js';
import { newId } from '../../../core/ids/uuid-v7.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { Clock } from '../../../core/time/clock.js';
import { Usages, type UsageFinder } from '../../../core/usage/usages.js';
import { EditsService } from '../../auth/audit/edits.service.js';
import { editedDeviceProfile, newDeviceProfile, wantedDefaultLabels } from './device-profile-edit.rules.js';
import type { ProfileEditMode } from './device-profile-edit.rules.js';
import type { DeviceProfile, KnownDeviceProfile } from './device-profile.entity.js';
import { DeviceProfileInUse, DeviceProfileNotFound } from './device-profile.errors.js';
import { DeviceProfilesRepository } from './device-profiles.repository.js';
import type { CreateDeviceProfileRequest } from './dto/create-device-profile.request.js';
import { DeviceProfileResponse } from './dto/device-profile.response.js';
import type { ListDeviceProfilesQuery } from './dto/list-device-profiles.query.js';
import type { PatchDeviceProfileRequest, UpdateDeviceProfileRequest } from './dto/update-device-profile.request.js';
import { ProfileMembersRepository } from './profile-members.repository.js';
import { ProfileParts } from './profile-parts.js';

/** Makes, changes and deletes device profiles. The only writer of their tables. */
@Injectable()
export class DeviceProfilesService implements OnModuleInit {
  constructor(
    private readonly profiles: DeviceProfilesRepository,
    private readonly members: ProfileMembersRepository,
    private readonly parts: ProfileParts,
    private readonly usages: Usages,
    private readonly transactions: Transactions,
    private readonly changes: Changes,
    private readonly edits: EditsService,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    const find: UsageFinder = async (db, tenant, kind, id) => {
      const using = kind === 'function' ? await this.profiles.listByCodec(db, tenant, id) : [];
      return using.map((profile) => ({ kind: 'device_profile', ...profile }));
    };
    this.usages.register(find, {
      hold: async (tx, tenant, kind, id) => {
        if (kind === 'function') await this.profiles.lockByCodec(tx, tenant, id);
      },
      detach: async (tx, tenant, { kind, id }) => {
        if (kind !== 'function') return;
        const using = await this.profiles.clearCodec(tx, tenant, id, this.clock.now());
        for (const profileId of using) await this.changes.record(tx, tenant, 'device_profile', profileId);
      },
    });
  }

  async list(tenant: Tenant, query: ListDeviceProfilesQuery): Promise<{ rows: KnownDeviceProfile[]; total: number }> {
    return this.profiles.list(tenant, query);
  }

  async get(tenant: Tenant, id: string): Promise<KnownDeviceProfile> {
    const profile = await this.profiles.find(tenant, id);
    if (profile === null) throw new DeviceProfileNotFound();
    return profile;
  }

  /** Those of the ids that are profiles, kept as they are until the transaction ends: ask before storing one. */
  async findForUse(tx: Tx, tenant: Tenant, ids: readonly string[]): Promise<KnownDeviceProfile[]> {
    return ids.length === 0 ? [] : this.profiles.findForUse(tx, tenant, ids);
  }

  /** Of the profile that is called so, kept as it is until the transaction ends. */
  async findIdNamed(tx: Tx, tenant: Tenant, name: string): Promise<string | null> {
    return this.profiles.findIdNamed(tx, tenant, name);
  }

  async create(tenant: Tenant, request: CreateDeviceProfileRequest): Promise<KnownDeviceProfile> {
    const now = this.clock.now();
    const profile = newDeviceProfile({ id: newId(now.getTime()), tenantId: tenant.id, now }, request);
    const labelIds = wantedDefaultLabels(request) ?? [];
    await this.parts.assertCodec(tenant, profile);
    await this.transactions.run(async (tx) => {
      await this.parts.assertThere(tx, tenant, profile, labelIds);
      await this.profiles.insert(tx, profile);
      await this.profiles.replaceLabels(tx, tenant, profile.id, labelIds);
      const after = { ...profile, defaultLabelIds: labelIds };
      await this.edits.record(tx, tenant, 'device_profile', 'created', { after });
    });
    return this.get(tenant, profile.id);
  }

  async update(
    tenant: Tenant,
    id: string,
    request: UpdateDeviceProfileRequest | PatchDeviceProfileRequest,
    { mode, ifMatch }: { mode: ProfileEditMode; ifMatch: string | undefined },
  ): Promise<KnownDeviceProfile> {
    const stored = await this.get(tenant, id);
    refuseReadOnly(request, new DeviceProfileResponse(stored), {
      id: 'same',
      device_count: 'same',
      version: 'not_later',
      created_at: 'same',
      updated_at: 'not_later',
    });
    await this.parts.assertCodec(tenant, editedDeviceProfile(stored, request, mode), stored);
    await this.transactions.run(async (tx) => {
      const profile = await this.lock(tx, tenant, id, ifMatch);
      const wornBefore = await this.profiles.labelIdsOf(tx, tenant, id);
      const edited = editedDeviceProfile(profile, request, mode);
      const labelIds = wantedDefaultLabels(request) ?? wornBefore;
      const before = { ...profile, defaultLabelIds: wornBefore };
      const after = { ...edited, defaultLabelIds: [...labelIds].sort() };
      if (isDeepStrictEqual(after, before)) return;
      await this.parts.assertThere(tx, tenant, edited, labelIds, before);
      await this.profiles.update(tx, { ...edited, version: profile.version + 1, updatedAt: this.clock.now() });
      await this.profiles.replaceLabels(tx, tenant, id, labelIds);
      if (edited.expectedInterval !== profile.expectedInterval) {
        await this.members.expectMessages(tx, tenant, id, this.clock.now());
      }
      await this.edits.record(tx, tenant, 'device_profile', 'updated', { before, after });
    });
    return this.get(tenant, id);
  }

  /** With `force` its devices are of no profile, and keys give none to the devices they make. */
  async remove(tenant: Tenant, id: string, { force, ifMatch }: { force: boolean; ifMatch: string | undefined }) {
    await this.transactions.run(async (tx) => {
      const profile = await this.lock(tx, tenant, id, ifMatch);
      const deviceIds = await this.members.lockDevices(tx, tenant, id);
      const apiKeyIds = await this.members.lockApiKeys(tx, tenant, id);
      if (!force && deviceIds.length + apiKeyIds.length > 0) {
        throw new DeviceProfileInUse(deviceIds.length, apiKeyIds.length);
      }
      await this.members.expectMessages(tx, tenant, id, this.clock.now());
      await this.members.letGo(tx, tenant, id);
      await this.profiles.update(tx, { ...profile, codecFunctionId: null, deletedAt: this.clock.now() });
      for (const apiKeyId of apiKeyIds) await this.changes.record(tx, tenant, 'api_key', apiKeyId);
      const report = { devices: deviceIds.length, api_keys: apiKeyIds.length };
      await this.edits.record(tx, tenant, 'device_profile', 'deleted', { before: profile }, { report });
    });
  }

  private async lock(tx: Tx, tenant: Tenant, id: string, ifMatch: string | undefined): Promise<Row<DeviceProfile>> {
    const profile = await this.profiles.findForUpdate(tx, tenant, id);
    if (profile === null) throw new DeviceProfileNotFound();
    assertMatches(ifMatch, { version: profile.version, updated_at: profile.updatedAt.toISOString() });
    return profile;
  }
}
