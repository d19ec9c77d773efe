import { Body, Controller, Get, HttpCode, Patch, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CurrentClient, type Client } from '../../core/http/client.js';
import { ApiProblems } from '../../core/http/problems/api-problems.decorator.js';
import { refuseReadOnly } from '../../core/http/read-only.js';
import { definedOf } from '../../core/json/defined.js';
import { Admits, Public } from './access.decorator.js';
import { AuthService } from './auth.service.js';
import { ChangeMeRequest } from './dto/change-me.request.js';
import { ChangePasswordRequest } from './dto/change-password.request.js';
import { RegisterRequest } from './dto/register.request.js';
import { readOnlyUserFields, UserResponse } from './dto/user.response.js';
import { PasswordsService } from './passwords/passwords.service.js';
import { CurrentPrincipal, type UserPrincipal } from './principal.decorator.js';
import { UsersService } from './users.service.js';

/** Accounts, as their owners make, see and change them. */
@ApiTags('auth')
@Controller('api/v1/auth')
export class AuthController {
  constructor(
    private readonly accounts: AuthService,
    private readonly users: UsersService,
    private readonly passwords: PasswordsService,
  ) {}

  @Post('register')
  @Public()
  @ApiOperation({ summary: 'Make an account with a tenant of its own, of which it is the admin' })
  @ApiCreatedResponse({ type: UserResponse })
  @ApiProblems(403, 409, 429, 503)
  async register(@Body() request: RegisterRequest, @CurrentClient() client: Client): Promise<UserResponse> {
    const { user, tenantId, role } = await this.accounts.register(request, client);
    return new UserResponse(user, tenantId, role);
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

  @Post('change-password')
  @HttpCode(204)
  @Admits({ user: 'viewer' })
  @ApiOperation({ summary: 'Change your password; every other session of yours ends' })
  @ApiNoContentResponse()
  @ApiProblems(429)
  async changePassword(
    @CurrentPrincipal() me: UserPrincipal,
    @Body() { current_password, new_password }: ChangePasswordRequest,
    @CurrentClient() client: Client,
  ): Promise<void> {
    await this.passwords.change(me, { current: current_password, next: new_password }, client);
  }
}
