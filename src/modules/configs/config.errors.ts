import { AppError, type FieldError } from '../../core/errors/app-error.js';

/** No config for this MAC in this tenant. */
export class ConfigNotFound extends AppError {
  readonly kind = 'not_found';
  readonly code = 'config.not_found';

  constructor(mac: string) {
    super(`Config ${mac} was not found`);
  }
}

/** It was there once; only the newest are kept. */
export class ConfigRevisionForgotten extends AppError {
  readonly kind = 'not_found';
  readonly code = 'config_revision.forgotten';

  constructor(mac: string, revision: number, kept: number) {
    super(`Revision ${revision} of config ${mac} is no longer kept: CONFIG_REVISIONS_KEPT is ${kept}`);
  }
}

/** The config never had a revision of this number. */
export class ConfigRevisionNotFound extends AppError {
  readonly kind = 'not_found';
  readonly code = 'config_revision.not_found';

  constructor(mac: string) {
    super(`Config ${mac} has no such revision`);
  }
}

/** There is one already, and the client asked not to overwrite it. */
export class ConfigExists extends AppError {
  readonly kind = 'conflict';
  readonly code = 'config.exists';

  constructor(mac: string) {
    super(`Config for ${mac} already exists`);
  }
}

/** The address names no MAC as these routes write it. */
export class ConfigMacInvalid extends AppError {
  readonly kind = 'invalid';
  readonly code = 'config.mac_invalid';

  constructor() {
    super('the MAC address has an invalid format: it is written xx-xx-xx-xx-xx-xx');
  }
}

/** The profile of the device has a schema, and the content does not fit it. */
export class ConfigUnfit extends AppError {
  readonly kind = 'invalid';
  readonly code = 'config.unfit';
  override readonly errors: readonly FieldError[];

  constructor(profile: string, errors: readonly FieldError[]) {
    const said = errors.map(({ path, message }) => `${path} ${message}`).join('; ');
    super(`the content does not fit the schema of the profile "${profile}": ${said}`);
    this.errors = errors;
  }
}

/** A revision in which the config was deleted holds nothing that could be restored. */
export class ConfigRevisionEmpty extends AppError {
  readonly kind = 'impossible';
  readonly code = 'config_revision.empty';

  constructor() {
    super('in this revision the config was deleted: there is nothing to restore');
  }
}
