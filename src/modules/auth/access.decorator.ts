import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiBearerAuth, ApiSecurity } from '@nestjs/swagger';
import type { Role, Scope } from './principal.decorator.js';

/** Which kinds of principals a route admits; what is absent is refused. */
export interface Admission {
  /** The least role a user needs in the tenant. */
  user?: Role;
  /** The scope an API key needs. */
  apiKey?: Scope;
  /** A device with its own key; the route itself must hold it to its own id. */
  device?: true;
  /** A device that registers, with the key that it shares with others; it opens nothing else. */
  provisioningKey?: true;
  /** Whoever asks without a credential from a network of LEGACY_DEVICE_READS: reads what is the default tenant's. */
  legacyNetworks?: true;
  /** Only the platform's operator, whatever the role. */
  superuser?: true;
}

export const admissionKey = 'fieldline:admission';

/** Says who may call a route, to the guard and in the documentation. A route that says nothing is refused to everybody. */
export const Admits = (admission: Admission) =>
  applyDecorators(
    SetMetadata(admissionKey, admission),
    ApiBearerAuth(),
    ...(admission.apiKey === undefined ? [] : [ApiSecurity('api-key')]),
    ...(admission.provisioningKey === undefined ? [] : [ApiSecurity('provisioning-key')]),
  );

/** Viewers and API keys with the scope `read`. */
export const readers: Admission = { user: 'viewer', apiKey: 'read' };
export const AdmitsReaders = () => Admits(readers);

/** Editors and API keys with the scope `write`. */
export const AdmitsEditors = () => Admits({ user: 'editor', apiKey: 'write' });

/** The tenant's admins; no key. */
export const AdmitsAdmins = () => Admits({ user: 'admin' });

/**
 * The platform's operator, about this instance itself: superusers, and whoever asks on this machine where the settings
 * allow it. Such a route may have no principal.
 */
export const AdmitsOperator = () => applyDecorators(SetMetadata(admissionKey, 'operator'), ApiBearerAuth());

/** No credential is asked for. The whole list of such routes is in the HTTP contract. */
export const Public = () => applyDecorators(SetMetadata(admissionKey, 'public'), ApiSecurity({}));

/** No credential is asked for, but one that is sent must be good, and a user's: @CallerIfAny() gives them. */
export const PublicOrUser = () =>
  applyDecorators(SetMetadata(admissionKey, 'public or user'), ApiBearerAuth(), ApiSecurity({}));

/**
 * Whom the route admits follows from more than its address: its handler asks Admittance itself, before anything else. The
 * matrix of who may call what (test/house) holds it to that.
 */
export const JudgedByHandler = () =>
  applyDecorators(SetMetadata(admissionKey, 'judged by the handler'), ApiBearerAuth(), ApiSecurity('provisioning-key'));
