import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Query } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { IdPipe } from '../../../core/http/id.pipe.js';
import { ApiPage } from '../../../core/http/paging/api-page.decorator.js';
import { Page } from '../../../core/http/paging/page.js';
import { ApiProblems } from '../../../core/http/problems/api-problems.decorator.js';
import { refuseReadOnly } from '../../../core/http/read-only.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { AdmitsAdmins } from '../access.decorator.js';
import { CurrentTenant } from '../principal.decorator.js';
import { ChangeMemberRequest } from './dto/change-member.request.js';
import { ListMembersQuery } from './dto/list-members.query.js';
import { MemberResponse, readOnlyMemberFields } from './dto/member.response.js';
import { MembersService } from './members.service.js';

/** Who is in the tenant. They come in by invitation, or are made as users. */
@ApiTags('members')
@Controller('api/v1/members')
@AdmitsAdmins()
export class MembersController {
  constructor(private readonly members: MembersService) {}

  @Get()
  @ApiOperation({ summary: 'List the members of the tenant, by name' })
  @ApiPage(MemberResponse)
  async list(@CurrentTenant() tenant: Tenant, @Query() query: ListMembersQuery): Promise<Page<MemberResponse>> {
    const { rows, total } = await this.members.list(tenant, query);
    return new Page(
      rows.map((member) => new MemberResponse(member)),
      total,
    );
  }

  @Get(':user_id')
  @ApiOperation({ summary: 'Get a member of the tenant' })
  @ApiOkResponse({ type: MemberResponse })
  async get(@CurrentTenant() tenant: Tenant, @Param('user_id', IdPipe) userId: string): Promise<MemberResponse> {
    return new MemberResponse(await this.members.get(tenant, userId));
  }

  @Patch(':user_id')
  @ApiOperation({ summary: 'Give a member another role, from now on' })
  @ApiOkResponse({ type: MemberResponse })
  @ApiProblems(409)
  async change(
    @CurrentTenant() tenant: Tenant,
    @Param('user_id', IdPipe) userId: string,
    @Body() request: ChangeMemberRequest,
  ): Promise<MemberResponse> {
    refuseReadOnly(request, await this.get(tenant, userId), readOnlyMemberFields);
    const { role } = request;
    if (role === undefined) return this.get(tenant, userId);
    return new MemberResponse(await this.members.changeRole(tenant, userId, role));
  }

  @Delete(':user_id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Remove a member; their sessions of this tenant end, the user stays' })
  @ApiNoContentResponse()
  @ApiProblems(409)
  async remove(@CurrentTenant() tenant: Tenant, @Param('user_id', IdPipe) userId: string): Promise<void> {
    await this.members.remove(tenant, userId);
  }
}
