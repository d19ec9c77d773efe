import { AppError } from '../../../core/errors/app-error.js';

/** No such place profile in this tenant. */
export class PlaceProfileNotFound extends AppError {
  readonly kind = 'not_found';
  readonly code = 'place_profile.not_found';

  constructor() {
    super('there is no such place profile');
  }
}

/** Another place profile of the tenant has the name. */
export class PlaceProfileNameTaken extends AppError {
  readonly kind = 'conflict';
  readonly code = 'place_profile.name_taken';

  constructor(name: string) {
    super(`there is already a place profile named "${name}"`);
  }
}

/** Somebody named a place profile, and there is none of this name. */
export class PlaceProfileUnknown extends AppError {
  readonly kind = 'impossible';
  readonly code = 'place_profile.unknown';

  constructor(name: string) {
    super(`there is no place profile named "${name}"`);
  }
}

/** There are places of this profile: force leaves them without one. */
export class PlaceProfileInUse extends AppError {
  readonly kind = 'conflict';
  readonly code = 'place_profile.in_use';

  constructor(placeCount: number) {
    super(`${placeCount} place(s) are of this profile; with ?force=true they are of none`);
  }
}
