import { Injectable } from '@nestjs/common';
import type { Principal } from './principal.decorator.js';

/**
 * Knows one kind of credential. All of ours begin with a prefix of their own (`flk_` an API key, `eyJ` an access token),
 * so that one look at the text finds who must judge it.
 *
 * `authenticate` answers null for a credential that is not good, and throws only when it cannot tell (the database is
 * away). It runs on every request: keep what it looks up in a ChangeCache.
 *
 * @example
 * onModuleInit(): void {
 *   this.authenticators.register(this); // in an upper module, for its own kind of key
 * }
 */
export interface Authenticator {
  readonly name: string;
  recognises(credential: string): boolean;
  authenticate(credential: string): Promise<Principal | null>;
}

/** The ordered list of everybody who can tell whose a credential is. Upper modules add theirs in onModuleInit. */
@Injectable()
export class Authenticators {
  private readonly list: Authenticator[] = [];

  register(authenticator: Authenticator): void {
    if (this.list.some(({ name }) => name === authenticator.name)) {
      throw new Error(`two authenticators are called ${authenticator.name}`);
    }
    this.list.push(authenticator);
  }

  /** The principal that the first authenticator knows; null when none does. */
  async identify(credential: string): Promise<Principal | null> {
    for (const authenticator of this.list) {
      if (!authenticator.recognises(credential)) continue;
      const principal = await authenticator.authenticate(credential);
      if (principal !== null) return principal;
    }
    return null;
  }
}
