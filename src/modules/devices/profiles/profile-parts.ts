import { Injectable } from '@nestjs/common';
import type { Row } from '../../../core/database/row.js';
import type { Tx } from '../../../core/database/tx.js';
import type { FieldError } from '../../../core/errors/app-error.js';
import { ValidationFailed } from '../../../core/errors/validation-failed.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { Clock } from '../../../core/time/clock.js';
import { FunctionsService } from '../../functions/functions.service.js';
import { SandboxService } from '../../functions/sandbox/sandbox.service.js';
import { LabelsService } from '../../labels/labels.service.js';
import { PlacesService } from '../../places/places.service.js';
import type { DeviceProfile, LabelledDeviceProfile } from './device-profile.entity.js';

const path = 'codec_function_id';

/** Decides whether what a profile names is there and can do what it is named for. */
@Injectable()
export class ProfileParts {
  constructor(
    private readonly functions: FunctionsService,
    private readonly sandbox: SandboxService,
    private readonly labels: LabelsService,
    private readonly places: PlacesService,
    private readonly clock: Clock,
  ) {}

  /** Outside of any transaction: user code is loaded to see whether it can decode at all. */
  async assertCodec(tenant: Tenant, profile: Row<DeviceProfile>, before?: Row<DeviceProfile>): Promise<void> {
    const functionId = profile.codecFunctionId;
    assertOneCodec(profile);
    if (functionId === null || functionId === before?.codecFunctionId) return;
    const code = await this.functions.findCode(tenant, functionId);
    if (code === null) throw new ValidationFailed([{ path, message: 'there is no such function' }]);
    const { error } = await this.sandbox.call({
      tenantId: tenant.id,
      // Not its own key: what it makes of an empty message must not put it into quarantine.
      functionKey: `codec-check:${code.id}:${code.version}`,
      code: code.code,
      inputJson: '{"event":"up","data":{},"payload":"","f_port":1}',
      seed: { timeMs: this.clock.nowMs(), random: code.id },
      mode: 'codec',
    });
    if (error?.code !== 'sandbox.no_function') return;
    throw new ValidationFailed([{ path, message: 'is no codec: it has none of decodeUplink, Decoder and Decode' }]);
  }

  /** What is named newly is kept from being deleted until the transaction ends. */
  async assertThere(
    tx: Tx,
    tenant: Tenant,
    profile: Row<DeviceProfile>,
    labelIds: readonly string[],
    before?: LabelledDeviceProfile,
  ): Promise<void> {
    assertOneCodec(profile);
    const errors: FieldError[] = [];
    const { codecFunctionId, defaultPlaceId } = profile;
    if (codecFunctionId !== null && codecFunctionId !== before?.codecFunctionId) {
      const found = await this.functions.idsForUse(tx, tenant, [codecFunctionId]);
      if (found.length === 0) errors.push({ path, message: 'there is no such function' });
    }
    if (defaultPlaceId !== null && defaultPlaceId !== before?.defaultPlaceId) {
      const found = await this.places.idsForUse(tx, tenant, [defaultPlaceId]);
      if (found.length === 0) errors.push({ path: 'defaults.place_id', message: 'there is no such place' });
    }
    const added = labelIds.filter((id) => before?.defaultLabelIds.includes(id) !== true);
    const labels = new Set((await this.labels.findForUse(tx, tenant, added)).map((label) => label.id));
    for (const id of added.filter((one) => !labels.has(one))) {
      const at = labelIds.indexOf(id);
      errors.push({ path: `defaults.label_ids.${at}`, message: 'there is no such label' });
    }
    if (errors.length > 0) throw new ValidationFailed(errors);
  }
}

function assertOneCodec({ codec, codecFunctionId }: Row<DeviceProfile>): void {
  if (codec === null || codecFunctionId === null) return;
  throw new ValidationFailed([{ path: 'codec', message: 'stands in the place of a function: clear one of the two' }]);
}
