import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Tx } from '../../../core/database/tx.js';
import type { FieldError } from '../../../core/errors/app-error.js';
import { ValidationFailed } from '../../../core/errors/validation-failed.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { RegistrationDefaultsChecks, type RegistrationDefaults } from '../../auth/registration-defaults.service.js';
import { LabelsService } from '../../labels/labels.service.js';
import { DeviceProfilesService } from '../profiles/device-profiles.service.js';

/** Tells those who make keys whether the labels and the profile are there that devices shall be given. */
@Injectable()
export class RegistrationDefaultsCheck implements OnModuleInit {
  constructor(
    private readonly checks: RegistrationDefaultsChecks,
    private readonly labels: LabelsService,
    private readonly profiles: DeviceProfilesService,
  ) {}

  onModuleInit(): void {
    this.checks.register((tx, tenant, defaults) => this.assertThere(tx, tenant, defaults));
  }

  private async assertThere(tx: Tx, tenant: Tenant, { labelIds, profileId }: RegistrationDefaults): Promise<void> {
    const labels = new Set((await this.labels.findForUse(tx, tenant, labelIds)).map(({ id }) => id));
    const errors: FieldError[] = labelIds.flatMap((id, index) =>
      labels.has(id) ? [] : [{ path: `default_label_ids.${index}`, message: 'there is no such label' }],
    );
    const profiles = profileId === null ? [] : await this.profiles.findForUse(tx, tenant, [profileId]);
    if (profileId !== null && profiles.length === 0) {
      errors.push({ path: 'profile_id', message: 'there is no such device profile' });
    }
    if (errors.length > 0) throw new ValidationFailed(errors);
  }
}
