import { hash, verify, type Options } from '@node-rs/argon2';
import { Injectable } from '@nestjs/common';
import { Turnstile } from '../../../core/turnstile/turnstile.js';
import { TooManyLogins } from './too-many-logins.error.js';

/** What OWASP asks of argon2id, which is the library's default kind: 19 MiB, two passes, one lane. */
const cost: Options = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** A hash of the same cost that no password has: checking against it takes as long as checking a real one. */
const nobodysHash = `$argon2id$v=19$m=19456,t=2,p=1$${'A'.repeat(22)}$${'A'.repeat(43)}`;

/**
 * Node's four threads for such work also write the spool and look names up: logins may take half of them. Two hash about
 * a hundred passwords a second; whoever would wait for longer than about two is told to come back.
 */
const atOnce = 2;
const maxWaiting = 200;

/** Hashes passwords and checks them; the work is done outside the event loop. */
@Injectable()
export class PasswordHasher {
  private readonly turnstile = new Turnstile(atOnce, maxWaiting, () => new TooManyLogins());

  async hash(password: string): Promise<string> {
    return this.turnstile.pass(() => hash(typed(password), cost));
  }

  /** Takes the same time when there is nobody to compare with (null), so that a stranger cannot learn who has an account. */
  async matches(passwordHash: string | null, password: string): Promise<boolean> {
    const isRight = await this.turnstile.pass(() => verify(passwordHash ?? nobodysHash, typed(password)));
    return isRight && passwordHash !== null;
  }
}

/** One keyboard types "é" as one character, another as two: it is the same password. */
function typed(password: string): string {
  return password.normalize('NFC');
}
