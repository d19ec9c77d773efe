import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { IdPipe } from '../../../core/http/id.pipe.js';
import { ApiPage } from '../../../core/http/paging/api-page.decorator.js';
import { Page } from '../../../core/http/paging/page.js';
import { ApiProblems } from '../../../core/http/problems/api-problems.decorator.js';
import { refuseReadOnly } from '../../../core/http/read-only.js';
import { Admits, AdmitsAdmins } from '../access.decorator.js';
import { CurrentPrincipal, type UserPrincipal } from '../principal.decorator.js';
import { AccountsService } from './accounts.service.js';
import { AccountResponse, readOnlyAccountFields } from './dto/account.response.js';
import { ChangeUserRequest } from './dto/change-user.request.js';
import { CreateUserRequest } from './dto/create-user.request.js';
import { ListUsersQuery } from './dto/list-users.query.js';

/** Users, for those who look after them. */
@ApiTags('users')
@Controller('api/v1/users')
export class UsersController {
  constructor(private readonly accounts: AccountsService) {}

  @Get()
  @AdmitsAdmins()
  @ApiOperation({ summary: 'List users by name: those of the tenant, or everybody for a superuser' })
  @ApiPage(AccountResponse)
  async list(@CurrentPrincipal() me: UserPrincipal, @Query() query: ListUsersQuery): Promise<Page<AccountResponse>> {
    const { rows, total } = await this.accounts.list(me, query);
    return new Page(
      rows.map((account) => new AccountResponse(account)),
      total,
    );
  }

  @Post()
  @AdmitsAdmins()
  @ApiOperation({ summary: 'Make a user who is a member of this tenant' })
  @ApiCreatedResponse({ type: AccountResponse })
  @ApiProblems(409, 503)
  async create(@CurrentPrincipal() me: UserPrincipal, @Body() request: CreateUserRequest): Promise<AccountResponse> {
    return new AccountResponse(await this.accounts.create(me, request));
  }

  @Get(':id')
  @AdmitsAdmins()
  @ApiOperation({ summary: 'Get a user of the tenant, or anybody for a superuser' })
  @ApiOkResponse({ type: AccountResponse })
  async get(@CurrentPrincipal() me: UserPrincipal, @Param('id', IdPipe) id: string): Promise<AccountResponse> {
    return new AccountResponse(await this.accounts.get(me, id));
  }

  @Patch(':id')
  @Admits({ superuser: true })
  @ApiOperation({ summary: 'Deactivate a user, who is out at once, or activate them again' })
  @ApiOkResponse({ type: AccountResponse })
  @ApiProblems(409)
  async change(
    @CurrentPrincipal() me: UserPrincipal,
    @Param('id', IdPipe) id: string,
    @Body() request: ChangeUserRequest,
  ): Promise<AccountResponse> {
    const stored = await this.get(me, id);
    refuseReadOnly(request, stored, readOnlyAccountFields);
    return request.is_active === undefined
      ? stored
      : new AccountResponse(await this.accounts.setActive(me, id, request.is_active));
  }
}
