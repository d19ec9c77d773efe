import { ApiProperty } from '@nestjs/swagger';
import type { Session } from '../sessions/session.entity.js';

/** One login that lives. */
export class SessionResponse {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ format: 'uuid', description: 'Where it looks.' })
  tenant_id: string;

  @ApiProperty({ description: 'Whether this is the session that asks.', example: true })
  current: boolean;

  @ApiProperty({ description: 'Whether it waits 30 days for its next refresh, and not 12 hours.', example: false })
  remembered: boolean;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Where it was opened from, as TRUST_PROXY lets the server believe.',
    example: '192.0.2.7',
  })
  address: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'What the program that opened it calls itself.',
    example: 'Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0',
  })
  user_agent: string | null;

  @ApiProperty({ format: 'date-time' })
  created_at: string;

  @ApiProperty({ format: 'date-time', description: 'When its tokens were last refreshed.' })
  refreshed_at: string;

  @ApiProperty({ format: 'date-time', description: 'When it ends unless it is refreshed before.' })
  expires_at: string;

  constructor(session: Session, currentId: string) {
    this.id = session.id;
    this.tenant_id = session.tenantId;
    this.current = session.id === currentId;
    this.remembered = session.remembered;
    this.address = session.address;
    this.user_agent = session.userAgent;
    this.created_at = session.createdAt.toISOString();
    this.refreshed_at = session.refreshedAt.toISOString();
    this.expires_at = session.expiresAt.toISOString();
  }
}
