import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { decodeProtectedHeader, errors, jwtVerify, type JWTPayload } from 'jose';
import { Settings, type OidcSettings } from '../../../core/config/settings.js';
import { Clock } from '../../../core/time/clock.js';
import { IssuerKeys, type KeySet } from './issuer-keys.js';
import {
  algorithms,
  claimedIssuerOf,
  clientOf,
  isAccessToken,
  isDeviceClient,
  type OidcClaims,
} from './oidc-claims.rules.js';

/**
 * Checks the access tokens of the OIDC issuer that the operator named: signature by one of its keys, issuer, audience,
 * times, kind. Who they let in is for others to say: people for auth, devices for devices.
 */
@Injectable()
export class OidcTokens implements OnModuleDestroy {
  private readonly oidc: OidcSettings | undefined;
  private readonly keys: IssuerKeys | undefined;

  constructor(
    settings: Settings,
    private readonly clock: Clock,
  ) {
    this.oidc = settings.oidc;
    this.keys = this.oidc === undefined ? undefined : new IssuerKeys(this.oidc.issuer, clock);
  }

  async onModuleDestroy(): Promise<void> {
    await this.keys?.close();
  }

  /** Whether a credential says to be a token of the issuer; nothing is checked. */
  recognises(credential: string): boolean {
    return this.oidc !== undefined && credential.startsWith('eyJ') && claimedIssuerOf(credential) === this.oidc.issuer;
  }

  /**
   * Null for a token that is not good.
   * @throws IssuerAway
   */
  async verify(token: string): Promise<OidcClaims | null> {
    const kid = keyNamedBy(token);
    if (this.oidc === undefined || this.keys === undefined || kid === null) return null;
    const keys = await this.keys.forKey(kid);
    try {
      return await this.check(token, keys, this.oidc);
    } catch (error) {
      // Which of the checks failed would help only somebody who forges.
      if (error instanceof errors.JOSEError || error instanceof TypeError) return null;
      throw error;
    }
  }

  /** The client whom a good token was given to, when it is a device's; else null. */
  async deviceClientOf(token: string): Promise<string | null> {
    const claims = await this.verify(token);
    const client = claims === null ? undefined : clientOf(claims);
    return client !== undefined && isDeviceClient(client) ? client : null;
  }

  private async check(token: string, keys: KeySet, oidc: OidcSettings): Promise<OidcClaims | null> {
    const rules = {
      issuer: oidc.issuer,
      audience: oidc.audience,
      algorithms: [...algorithms],
      requiredClaims: ['exp', 'iat', 'sub'],
      clockTolerance: oidc.clockSkewSeconds,
      currentDate: this.clock.now(),
    };
    const { payload, protectedHeader } = await jwtVerify(token, keys, rules);
    return isAccessToken(protectedHeader, payload) && isComplete(payload) ? payload : null;
  }
}

/** Undefined where the header names none; null for what has no header. */
function keyNamedBy(token: string): string | undefined | null {
  try {
    return decodeProtectedHeader(token).kid;
  } catch {
    return null;
  }
}

function isComplete(payload: JWTPayload): payload is JWTPayload & OidcClaims {
  return (
    typeof payload.iss === 'string' &&
    typeof payload.sub === 'string' &&
    typeof payload.iat === 'number' &&
    typeof payload.exp === 'number'
  );
}
