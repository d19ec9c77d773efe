import { Body, Controller, Get, Header, HttpCode, Post } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CurrentClient, type Client } from '../../../core/http/client.js';
import { ApiProblems } from '../../../core/http/problems/api-problems.decorator.js';
import { Admits, Public } from '../../auth/access.decorator.js';
import { CurrentPrincipal, type UserPrincipal } from '../../auth/principal.decorator.js';
import { LoginService } from '../../auth/sessions/login.service.js';
import { SessionRefreshService } from '../../auth/sessions/session-refresh.service.js';
import { UsersService } from '../../auth/users.service.js';
import { adminCalls } from './admin-calls.js';
import { ThingsBoardTokensResponse } from './dto/tokens.response.js';
import { ThingsBoardUserResponse } from './dto/thingsboard-user.response.js';
import { loginIn, refreshTokenIn } from './given-login.rules.js';

/** Where ThingsBoard's scripts come in. Only with THINGSBOARD_API. */
@ApiTags('thingsboard')
@Controller('api/auth')
export class ThingsBoardAuthController {
  constructor(
    private readonly logins: LoginService,
    private readonly refreshes: SessionRefreshService,
    private readonly users: UsersService,
  ) {}

  @Post('login')
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  @Public()
  @RouteConfig(adminCalls)
  @ApiOperation({
    operationId: 'logInAsThingsBoard',
    summary: 'Log in; the token goes with `X-Authorization: Bearer …`',
  })
  @ApiBody({
    schema: {
      type: 'object',
      required: ['username', 'password'],
      properties: {
        username: { type: 'string', description: 'The e-mail address, or the username.', example: 'ann@example.com' },
        password: { type: 'string', format: 'password' },
      },
    },
  })
  @ApiOkResponse({ type: ThingsBoardTokensResponse })
  @ApiProblems(401, 403, 404, 429, 503)
  async logIn(@Body() body: unknown, @CurrentClient() client: Client): Promise<ThingsBoardTokensResponse> {
    return new ThingsBoardTokensResponse(await this.logins.logIn({ ...loginIn(body), remember: false }, client));
  }

  @Post('token')
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  @Public()
  @RouteConfig(adminCalls)
  @ApiOperation({ operationId: 'refreshAsThingsBoard', summary: 'Exchange a refresh token for the next two tokens' })
  @ApiBody({
    schema: { type: 'object', required: ['refreshToken'], properties: { refreshToken: { type: 'string' } } },
  })
  @ApiOkResponse({ type: ThingsBoardTokensResponse })
  @ApiProblems(401, 404, 429, 503)
  async refresh(@Body() body: unknown, @CurrentClient() client: Client): Promise<ThingsBoardTokensResponse> {
    return new ThingsBoardTokensResponse(await this.refreshes.refresh(refreshTokenIn(body), client));
  }

  @Get('user')
  @Admits({ user: 'viewer' })
  @RouteConfig(adminCalls)
  @ApiOperation({ operationId: 'getThingsBoardUser', summary: 'Get the user who asks: the token is good' })
  @ApiOkResponse({ type: ThingsBoardUserResponse })
  @ApiProblems(404)
  async getUser(@CurrentPrincipal() me: UserPrincipal): Promise<ThingsBoardUserResponse> {
    return new ThingsBoardUserResponse(me, await this.users.get(me.userId));
  }
}
