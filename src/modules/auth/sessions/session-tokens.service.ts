import { Injectable } from '@nestjs/common';
import { Clock } from '../../../core/time/clock.js';
import { AccessTokensService, type IssuedToken } from '../signing/access-tokens.service.js';
import type { Row } from '../row.js';
import type { Session } from './session.entity.js';

/** What a client holds of its session: one token to ask with, and one to get the next two. */
export interface SessionTokens {
  access: IssuedToken;
  refreshToken: string;
  refreshExpiresInS: number;
}

/** Gives out the tokens of a session. */
@Injectable()
export class SessionTokensService {
  constructor(
    private readonly accessTokens: AccessTokensService,
    private readonly clock: Clock,
  ) {}

  async issue({
    session,
    refreshToken,
  }: {
    session: Pick<Row<Session>, 'id' | 'userId' | 'tenantId' | 'expiresAt'>;
    refreshToken: string;
  }): Promise<SessionTokens> {
    const { id, userId, tenantId, expiresAt } = session;
    const access = await this.accessTokens.issue({ userId, tenantId, sessionId: id }, expiresAt);
    const leftMs = expiresAt.getTime() - this.clock.nowMs();
    return { access, refreshToken, refreshExpiresInS: Math.max(0, Math.round(leftMs / 1_000)) };
  }
}
