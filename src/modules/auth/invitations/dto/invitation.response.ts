import { ApiProperty } from '@nestjs/swagger';
import { roles, type Role } from '../../principal.decorator.js';
import type { Row } from '../../row.js';
import type { Invitation } from '../invitation.entity.js';
import { invitationStatuses, statusOf, type InvitationStatus } from '../invitation.rules.js';

/** An invitation, without what would let anybody in. */
export class InvitationResponse {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ format: 'email', example: 'user@example.com' })
  email: string;

  @ApiProperty({ enum: roles, description: 'What they will be in this tenant.', example: 'editor' })
  role: Role;

  @ApiProperty({ enum: invitationStatuses, example: 'open' })
  status: InvitationStatus;

  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'The user who invited.' })
  invited_by: string | null;

  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'The user who came by it.' })
  accepted_by: string | null;

  @ApiProperty({ format: 'date-time' })
  created_at: string;

  @ApiProperty({ format: 'date-time' })
  expires_at: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  accepted_at: string | null;

  constructor(invitation: Row<Invitation>, now: Date) {
    this.id = invitation.id;
    this.email = invitation.email;
    this.role = invitation.role;
    this.status = statusOf(invitation, now);
    this.invited_by = invitation.invitedBy;
    this.accepted_by = invitation.acceptedBy;
    this.created_at = invitation.createdAt.toISOString();
    this.expires_at = invitation.expiresAt.toISOString();
    this.accepted_at = invitation.acceptedAt?.toISOString() ?? null;
  }
}

/** A new invitation with its link, which is not stored and never shown again. */
export class NewInvitationResponse extends InvitationResponse {
  @ApiProperty({
    description: 'What `POST /invitations/accept` takes.',
    example: 'fli_01980c1e7d2a7c3b8f005d1b5e6c7a90_…',
  })
  token: string;

  @ApiProperty({
    description: 'Where the console takes it. Behind the # stands the token, which browsers send to nobody.',
    example: 'https://iot.example.org/invitation#token=fli_01980c1e7d2a7c3b8f005d1b5e6c7a90_…',
  })
  link: string;

  constructor(invitation: Row<Invitation>, now: Date, { token, link }: { token: string; link: string }) {
    super(invitation, now);
    this.token = token;
    this.link = link;
  }
}
