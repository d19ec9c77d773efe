import { AppError } from '../../core/errors/app-error.js';

/** No such place in this tenant. */
export class PlaceNotFound extends AppError {
  readonly kind = 'not_found';
  readonly code = 'place.not_found';

  constructor() {
    super('there is no such place');
  }
}

/** Another place below the same parent has the name. */
export class PlaceNameTaken extends AppError {
  readonly kind = 'conflict';
  readonly code = 'place.name_taken';

  constructor(name: string) {
    super(`there is already a place named "${name}" beside it`);
  }
}

/** A place would stand in itself. */
export class PlaceCyclic extends AppError {
  readonly kind = 'impossible';
  readonly code = 'place.cyclic';
  override readonly errors = [{ path: 'parent_id', message: 'stands below the place itself' }];

  constructor() {
    super('a place cannot stand below itself');
  }
}

/** There would be too many places above one another. */
export class PlaceTooDeep extends AppError {
  readonly kind = 'impossible';
  readonly code = 'place.too_deep';

  constructor(maxDepth: number) {
    super(`places stand at most ${maxDepth} deep`);
  }
}

/** The place is not empty: force takes what is in it along. */
export class PlaceInUse extends AppError {
  readonly kind = 'conflict';
  readonly code = 'place.in_use';

  constructor(placeCount: number, deviceCount: number) {
    super(
      `the place holds ${placeCount} further place(s) and ${deviceCount} device(s); with ?force=true the places below ` +
        'it are deleted too, and the devices stand nowhere',
    );
  }
}
