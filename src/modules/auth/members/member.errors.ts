import { AppError } from '../../../core/errors/app-error.js';

/** No such member in this tenant, whoever else they may be. */
export class MemberNotFound extends AppError {
  readonly kind = 'not_found';
  readonly code = 'member.not_found';

  constructor() {
    super('the tenant has no such member');
  }
}

/** Nobody would be left who may do what an admin does. */
export class LastAdmin extends AppError {
  readonly kind = 'conflict';
  readonly code = 'member.last_admin';

  constructor() {
    super('this is the last admin of the tenant who can log in: make somebody else one first');
  }
}

/** They are in already. */
export class AlreadyMember extends AppError {
  readonly kind = 'conflict';
  readonly code = 'member.exists';

  constructor() {
    super('this user is a member of the tenant already');
  }
}
