import { Controller, Get, Header } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Public } from '../access.decorator.js';
import { JwksResponse } from '../dto/jwks.response.js';
import { SigningKeysService } from './signing-keys.service.js';

/** What others need to check our access tokens. */
@ApiTags('auth')
@Controller('api/v1/auth/.well-known')
export class JwksController {
  constructor(private readonly signingKeys: SigningKeysService) {}

  @Get('jwks.json')
  @Header('Cache-Control', 'public, max-age=300')
  @Public()
  @ApiOperation({
    operationId: 'Auth_listKeys',
    summary: 'List the keys that access tokens are checked with (RFC 7517)',
  })
  @ApiOkResponse({ type: JwksResponse })
  async listKeys(): Promise<JwksResponse> {
    return new JwksResponse(await this.signingKeys.listPublic());
  }
}
