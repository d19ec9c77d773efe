import { Body, Controller, Header, HttpCode, Post } from '@nestjs/common';
import { ApiConsumes, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CurrentClient, type Client } from '../../../core/http/client.js';
import { ApiProblems } from '../../../core/http/problems/api-problems.decorator.js';
import { Admits, Public } from '../access.decorator.js';
import { LoginRequest, loginOf } from '../dto/login.request.js';
import { RefreshRequest } from '../dto/refresh.request.js';
import { SwitchTenantRequest } from '../dto/switch-tenant.request.js';
import { TokenResponse } from '../dto/token.response.js';
import { CurrentPrincipal, type UserPrincipal } from '../principal.decorator.js';
import { LoginService } from './login.service.js';
import { SessionRefreshService } from './session-refresh.service.js';
import { SessionsService } from './sessions.service.js';

/** How people come in, stay in, change rooms and leave. */
@ApiTags('auth')
@Controller('api/v1/auth')
export class LoginController {
  constructor(
    private readonly logins: LoginService,
    private readonly refreshes: SessionRefreshService,
    private readonly sessions: SessionsService,
  ) {}

  @Post('login')
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  @Public()
  @ApiConsumes('application/json', 'application/x-www-form-urlencoded')
  @ApiOperation({ operationId: 'Auth_logIn', summary: 'Log in with a username or an e-mail address' })
  @ApiOkResponse({ type: TokenResponse })
  @ApiProblems(401, 403, 429, 503)
  async logIn(@Body() request: LoginRequest, @CurrentClient() client: Client): Promise<TokenResponse> {
    return new TokenResponse(await this.logins.logIn(loginOf(request), client));
  }

  @Post('refresh')
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  @Public()
  @ApiConsumes('application/json', 'application/x-www-form-urlencoded')
  @ApiOperation({
    operationId: 'Auth_refresh',
    summary: 'Exchange a refresh token for the next two tokens',
    description:
      'Each refresh token is good once. The same request again within ten seconds gets the same next one; later it ends the session, because somebody else may have the token too.',
  })
  @ApiOkResponse({ type: TokenResponse })
  @ApiProblems(401, 429)
  async refresh(@Body() request: RefreshRequest, @CurrentClient() client: Client): Promise<TokenResponse> {
    return new TokenResponse(await this.refreshes.refresh(request.refresh_token, client));
  }

  @Post('switch')
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  @Admits({ user: 'viewer' })
  @ApiOperation({
    operationId: 'Auth_switchTenant',
    summary: 'Get tokens for another tenant of yours; those of this session stay good',
  })
  @ApiOkResponse({ type: TokenResponse })
  @ApiProblems(404)
  async switchTenant(
    @CurrentPrincipal() me: UserPrincipal,
    @Body() request: SwitchTenantRequest,
    @CurrentClient() client: Client,
  ): Promise<TokenResponse> {
    return new TokenResponse(await this.sessions.switchTenant(me, request.tenant_id, client));
  }

  @Post('logout')
  @HttpCode(204)
  @Admits({ user: 'viewer' })
  @ApiOperation({ operationId: 'Auth_logOut', summary: 'End this session; its tokens are refused from now on' })
  @ApiNoContentResponse()
  async logOut(@CurrentPrincipal() me: UserPrincipal): Promise<void> {
    await this.sessions.leave(me);
  }

  @Post('logout-everywhere')
  @HttpCode(204)
  @Admits({ user: 'viewer' })
  @ApiOperation({ operationId: 'Auth_logOutEverywhere', summary: 'End all your sessions, this one too' })
  @ApiNoContentResponse()
  async logOutEverywhere(@CurrentPrincipal() me: UserPrincipal): Promise<void> {
    await this.sessions.endAll(me);
  }
}
