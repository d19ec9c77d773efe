import { ApiProperty } from '@nestjs/swagger';

/** What a login or a refresh gives. */
export class ThingsBoardTokensResponse {
  @ApiProperty({ description: 'For `X-Authorization: Bearer …`.', example: 'eyJhbGciOiJFUzI1NiIs…' })
  token: string;

  @ApiProperty({ description: 'Good once, for `POST /api/auth/token`.', example: 'flr_…' })
  refreshToken: string;

  constructor({ access, refreshToken }: { access: { token: string }; refreshToken: string }) {
    this.token = access.token;
    this.refreshToken = refreshToken;
  }
}
