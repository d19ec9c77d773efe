import { AppError } from '../../../core/errors/app-error.js';

/** ThingsBoard's names are unique in a tenant, and its scripts count on that. */
export class EntityNameTaken extends AppError {
  readonly kind = 'invalid';
  readonly code = 'thingsboard.name_taken';

  constructor(kind: 'Asset' | 'Device') {
    super(`${kind} with such name already exists!`);
  }
}

/** The one does not stand in the other. */
export class RelationNotFound extends AppError {
  readonly kind = 'not_found';
  readonly code = 'thingsboard.relation_not_found';

  constructor() {
    super("Requested item wasn't found!");
  }
}
