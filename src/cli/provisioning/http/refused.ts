import { isPlainObject } from '../../../core/json/is-plain-object.js';
import { ProvisionFailed, type FailureKind } from '../provision-failed.js';
import { detailOf, type Answer } from './server-api.js';

/** The server was there and said no. */
export class Refused extends ProvisionFailed {
  readonly code: string | undefined;

  constructor(
    kind: FailureKind,
    what: string,
    readonly answer: Answer,
    words: { why?: string; cure: string },
  ) {
    super(kind, what, words.why ?? detailOf(answer.body) ?? `it answered ${answer.status}`, words.cure);
    const { body } = answer;
    this.code = isPlainObject(body) && typeof body['code'] === 'string' ? body['code'] : undefined;
  }
}
