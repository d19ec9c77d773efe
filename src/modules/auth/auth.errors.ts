import { AppError, type FieldError } from '../../core/errors/app-error.js';

/** One answer for an unknown name, a wrong password and a deactivated user: which it was is nobody's business. */
export class BadCredentials extends AppError {
  readonly kind = 'unauthenticated';
  readonly code = 'auth.bad_credentials';
  constructor() {
    super('the name or the password is wrong');
  }
}

export class MissingCredentials extends AppError {
  readonly kind = 'unauthenticated';
  readonly code = 'auth.missing_credentials';
  constructor() {
    super('send an access token or an API key as "Authorization: Bearer …", or an API key as "X-API-Key: …"');
  }
}

/** Unknown, expired and revoked are one answer, so that a stolen credential learns nothing by trying. */
export class InvalidCredentials extends AppError {
  readonly kind = 'unauthenticated';
  readonly code = 'auth.invalid_credentials';
  constructor() {
    super('the access token or key is unknown, expired or revoked');
  }
}

/** Unknown, expired, replaced and revoked are one answer: what is left to do is to log in. */
export class InvalidRefreshToken extends AppError {
  readonly kind = 'unauthenticated';
  readonly code = 'auth.invalid_refresh_token';
  constructor() {
    super('the refresh token is unknown, expired or used already; log in again');
  }
}

/** Not a 401: the session is good, and its client must not take this for its end. */
export class WrongPassword extends AppError {
  readonly kind = 'forbidden';
  readonly code = 'auth.wrong_password';
  override readonly errors: readonly FieldError[] = [{ path: 'current_password', message: 'is wrong' }];
  constructor() {
    super('the current password is wrong');
  }
}

/** The caller is known, but the route wants another role, scope or kind of credential; the text says which. */
export class AccessForbidden extends AppError {
  readonly kind = 'forbidden';
  readonly code = 'auth.forbidden';
}

/** The route says of nobody that they may call it. */
export class RouteClosed extends AppError {
  readonly kind = 'forbidden';
  readonly code = 'auth.route_closed';
  constructor() {
    super('this route is open to nobody');
  }
}

export class RegistrationClosed extends AppError {
  readonly kind = 'forbidden';
  readonly code = 'auth.registration_closed';
  constructor() {
    super('registration is closed here; ask an administrator for an account');
  }
}

/** The user may log in, but belongs to no tenant any more. */
export class NoTenant extends AppError {
  readonly kind = 'forbidden';
  readonly code = 'auth.no_tenant';
  constructor() {
    super('this user is a member of no tenant');
  }
}

export class EmailTaken extends AppError {
  readonly kind = 'conflict';
  readonly code = 'user.email_taken';
  override readonly errors: readonly FieldError[] = [{ path: 'email', message: 'is already taken' }];
  constructor() {
    super('a user with this e-mail address exists already');
  }
}

export class UsernameTaken extends AppError {
  readonly kind = 'conflict';
  readonly code = 'user.username_taken';
  override readonly errors: readonly FieldError[] = [{ path: 'username', message: 'is already taken' }];
  constructor() {
    super('a user with this username exists already');
  }
}

export class UserNotFound extends AppError {
  readonly kind = 'not_found';
  readonly code = 'user.not_found';
  constructor() {
    super('there is no such user');
  }
}

export class SessionNotFound extends AppError {
  readonly kind = 'not_found';
  readonly code = 'session.not_found';
  constructor() {
    super('you have no living session with this id');
  }
}

/** There is none, or it is not the caller's. */
export class TenantNotFound extends AppError {
  readonly kind = 'not_found';
  readonly code = 'tenant.not_found';
  constructor() {
    super('you are a member of no tenant with this id');
  }
}

export class ApiKeyNotFound extends AppError {
  readonly kind = 'not_found';
  readonly code = 'api_key.not_found';
  constructor() {
    super('there is no API key with this id');
  }
}
