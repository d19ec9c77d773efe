import { hash, verify, type Options } from '@node-rs/argon2';
import { Injectable } from '@nestjs/common';

/** What OWASP asks of argon2id, which is the library's default kind: 19 MiB, two passes, one lane. */
const cost: Options = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** A hash of the same cost that no password has: checking against it takes as long as checking a real one. */
const nobodysHash = `$argon2id$v=19$m=19456,t=2,p=1$${'A'.repeat(22)}$${'A'.repeat(43)}`;

/** Hashes passwords and checks them; the work is done outside the event loop. */
@Injectable()
export class PasswordHasher {
  async hash(password: string): Promise<string> {
    return hash(password, cost);
  }

  /** Takes the same time when there is nobody to compare with (null), so that a stranger cannot learn who has an account. */
  async matches(passwordHash: string | null, password: string): Promise<boolean> {
    const isRight = await verify(passwordHash ?? nobodysHash, password);
    return isRight && passwordHash !== null;
  }
}
