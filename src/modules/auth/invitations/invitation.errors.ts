import { AppError, type FieldError } from '../../../core/errors/app-error.js';

/** No such invitation in this tenant. */
export class InvitationNotFound extends AppError {
  readonly kind = 'not_found';
  readonly code = 'invitation.not_found';

  constructor() {
    super('there is no such invitation');
  }
}

/** Unknown, used, revoked and expired are one answer, so that nobody learns anything by trying. */
export class InvitationInvalid extends AppError {
  readonly kind = 'not_found';
  readonly code = 'invitation.invalid';

  constructor() {
    super('this invitation is unknown, used already, revoked or expired: ask for another one');
  }
}

/** It was accepted or revoked before. */
export class InvitationNotOpen extends AppError {
  readonly kind = 'conflict';
  readonly code = 'invitation.not_open';

  constructor() {
    super('this invitation has been accepted or revoked already');
  }
}

/** Two admins had the same idea at once; one link is enough. */
export class InvitedMeanwhile extends AppError {
  readonly kind = 'conflict';
  readonly code = 'invitation.exists';

  constructor() {
    super('somebody else has just invited this address');
  }
}

/** Nobody is logged in, and nothing says who the new user shall be. */
export class AccountMissing extends AppError {
  readonly kind = 'invalid';
  readonly code = 'invitation.account_missing';
  override readonly errors: readonly FieldError[] = ['username', 'password'].map((path) => ({
    path,
    message: 'is required where no access token is sent',
  }));

  constructor() {
    super('log in and send your access token, or say username and password of a new account');
  }
}
