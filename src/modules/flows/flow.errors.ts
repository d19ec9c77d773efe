import { AppError, type FieldError } from '../../core/errors/app-error.js';
import { maxSteps } from './graph/flow-graph.js';

/** No such flow in this tenant. */
export class FlowNotFound extends AppError {
  readonly kind = 'not_found';
  readonly code = 'flow.not_found';

  constructor() {
    super('there is no such flow');
  }
}

/** The flow has no version of that number. */
export class FlowVersionNotFound extends AppError {
  readonly kind = 'not_found';
  readonly code = 'flow.version_not_found';

  constructor(version: number) {
    super(`the flow has no version ${version}`);
  }
}

/** Another flow of the tenant has the name. */
export class FlowNameTaken extends AppError {
  readonly kind = 'conflict';
  readonly code = 'flow.name_taken';

  constructor(name: string) {
    super(`there is already a flow named "${name}"`);
  }
}

/** Nodes or edges that cannot be meant: of an unknown type, naming what is not there, twice the same id. */
export class FlowInvalid extends AppError {
  readonly kind = 'invalid';
  readonly code = 'flow.invalid';
  override readonly errors: readonly FieldError[];

  constructor(errors: readonly FieldError[]) {
    super(errors.map(({ message }) => message).join('; '));
    this.errors = errors;
  }
}

/** A message would go round for ever. */
export class FlowCyclic extends AppError {
  readonly kind = 'impossible';
  readonly code = 'flow.cyclic';
  override readonly errors: readonly FieldError[];

  constructor(cycle: readonly string[], path: string) {
    const circle = [...cycle, ...cycle.slice(0, 1)].map((id) => `"${id}"`).join(' → ');
    super(`the flow goes round in a circle: ${circle}`);
    this.errors = [{ path, message: `node "${cycle[0] ?? ''}" leads back to itself: ${circle}` }];
  }
}

/** One message would become too many. */
export class FlowTooLarge extends AppError {
  readonly kind = 'impossible';
  readonly code = 'flow.too_many_steps';

  constructor(steps: number) {
    const counted = Number.isSafeInteger(steps) ? `${steps}` : `about ${steps.toExponential(1)}`;
    super(`one message would take ${counted} steps, and at most ${maxSteps} are allowed: every path counts by itself`);
  }
}

/** It is enabled, but nothing could ever happen in it. */
export class FlowIncomplete extends AppError {
  readonly kind = 'impossible';
  readonly code = 'flow.incomplete';

  constructor() {
    super(
      'an enabled flow needs a device or label node with an edge to something; save it with "enabled": false until then',
    );
  }
}
