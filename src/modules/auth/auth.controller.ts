import { Body, Controller, Get, Header, HttpCode, Patch, Post } from '@nestjs/common';
import {
  ApiConsumes,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { ApiProblems } from '../../core/http/problems/api-problems.decorator.js';
import { refuseReadOnly } from '../../core/http/read-only.js';
import { definedOf } from '../../core/json/defined.js';
import { Admits, Public } from './access.decorator.js';
import { AuthService } from './auth.service.js';
import { ChangeMeRequest } from './dto/change-me.request.js';
import { JwksResponse } from './dto/jwks.response.js';
import { LoginRequest, loginOf } from './dto/login.request.js';
import { RegisterRequest } from './dto/register.request.js';
import { TokenResponse } from './dto/token.response.js';
import { readOnlyUserFields, UserResponse } from './dto/user.response.js';
import { CurrentPrincipal, type UserPrincipal } from './principal.decorator.js';
import { SessionsService } from './sessions.service.js';
import { SigningKeysService } from './signing-keys.service.js';
import { UsersService } from './users.service.js';

/** How people come in, look at themselves and leave. */
@ApiTags('auth')
@Controller('api/v1/auth')
export class AuthController {
  constructor(
    private readonly accounts: AuthService,
    private readonly sessions: SessionsService,
    private readonly users: UsersService,
    private readonly signingKeys: SigningKeysService,
  ) {}

  @Post('register')
  @Public()
  @ApiOperation({ summary: 'Make an account with a tenant of its own, of which it is the admin' })
  @ApiCreatedResponse({ type: UserResponse })
  @ApiProblems(403, 409)
  async register(@Body() request: RegisterRequest): Promise<UserResponse> {
    const { user, tenantId, role } = await this.accounts.register(request);
    return new UserResponse(user, tenantId, role);
  }

  @Post('login')
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  @Public()
  @ApiConsumes('application/json', 'application/x-www-form-urlencoded')
  @ApiOperation({ summary: 'Log in with a username or an e-mail address' })
  @ApiOkResponse({ type: TokenResponse })
  @ApiProblems(401, 403)
  async logIn(@Body() request: LoginRequest): Promise<TokenResponse> {
    return new TokenResponse(await this.sessions.logIn(loginOf(request)));
  }

  @Post('logout')
  @HttpCode(204)
  @Admits({ user: 'viewer' })
  @ApiOperation({ summary: 'End this session; its tokens are refused from now on' })
  @ApiNoContentResponse()
  async logOut(@CurrentPrincipal() me: UserPrincipal): Promise<void> {
    await this.sessions.end(me.tenant, me.sessionId);
  }

  @Get('me')
  @Admits({ user: 'viewer' })
  @ApiOperation({ summary: 'Get the user of this session' })
  @ApiOkResponse({ type: UserResponse })
  async getMe(@CurrentPrincipal() me: UserPrincipal): Promise<UserResponse> {
    return new UserResponse(await this.users.get(me.userId), me.tenant.id, me.role);
  }

  @Patch('me')
  @Admits({ user: 'viewer' })
  @ApiOperation({ summary: 'Change your e-mail address or username by a JSON merge patch' })
  @ApiOkResponse({ type: UserResponse })
  @ApiProblems(409)
  async changeMe(@CurrentPrincipal() me: UserPrincipal, @Body() request: ChangeMeRequest): Promise<UserResponse> {
    refuseReadOnly(request, await this.getMe(me), readOnlyUserFields);
    const { email, username } = request;
    const user = await this.users.change(me.tenant, me.userId, definedOf({ email, username }));
    return new UserResponse(user, me.tenant.id, me.role);
  }

  @Get('.well-known/jwks.json')
  @Header('Cache-Control', 'public, max-age=300')
  @Public()
  @ApiOperation({ summary: 'List the keys that access tokens are checked with (RFC 7517)' })
  @ApiOkResponse({ type: JwksResponse })
  async listKeys(): Promise<JwksResponse> {
    return new JwksResponse(await this.signingKeys.listPublic());
  }
}
