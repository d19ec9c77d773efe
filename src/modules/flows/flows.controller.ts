import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Param,
  Patch,
  Post,
  Put,
  Query,
  UseInterceptors,
} from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../../core/http/problems/api-problems.decorator.js';
import { ApiIfMatch, EntityTags, IfMatch } from '../../core/http/entity-tag.js';
import { IdPipe } from '../../core/http/id.pipe.js';
import { ApiPage } from '../../core/http/paging/api-page.decorator.js';
import { Page } from '../../core/http/paging/page.js';
import type { Tenant } from '../../core/tenancy/tenant.js';
import { AdmitsEditors, AdmitsReaders } from '../auth/access.decorator.js';
import { CurrentPrincipal, CurrentTenant, type Principal } from '../auth/principal.decorator.js';
import { CreateFlowRequest } from './dto/create-flow.request.js';
import { FlowResponse } from './dto/flow.response.js';
import { ListFlowsQuery } from './dto/list-flows.query.js';
import { UpdateFlowRequest } from './dto/update-flow.request.js';
import { authorOf } from './flow-edit.rules.js';
import { FlowsService } from './flows.service.js';

/** Flows and their graphs; their runs are the runs' part. */
@ApiTags('flows')
@Controller('api/v1/flows')
@UseInterceptors(EntityTags)
export class FlowsController {
  constructor(private readonly flows: FlowsService) {}

  @Get()
  @AdmitsReaders()
  @ApiOperation({ summary: 'List flows' })
  @ApiPage(FlowResponse)
  async list(@CurrentTenant() tenant: Tenant, @Query() query: ListFlowsQuery): Promise<Page<FlowResponse>> {
    const { rows, total } = await this.flows.list(tenant, query);
    return new Page(
      rows.map((flow) => new FlowResponse(flow)),
      total,
    );
  }

  @Post()
  @AdmitsEditors()
  @ApiOperation({ summary: 'Make a flow, empty or with its graph' })
  @ApiCreatedResponse({ type: FlowResponse })
  @ApiProblems(409)
  async create(
    @CurrentTenant() tenant: Tenant,
    @CurrentPrincipal() principal: Principal,
    @Body() request: CreateFlowRequest,
  ): Promise<FlowResponse> {
    return new FlowResponse(await this.flows.create(tenant, request, authorOf(principal)));
  }

  @Get(':id')
  @AdmitsReaders()
  @ApiOperation({ summary: 'Get a flow' })
  @ApiOkResponse({ type: FlowResponse })
  async get(@CurrentTenant() tenant: Tenant, @Param('id', IdPipe) id: string): Promise<FlowResponse> {
    return new FlowResponse(await this.flows.get(tenant, id));
  }

  @Put(':id')
  @AdmitsEditors()
  @ApiOperation({ summary: 'Change a flow; absent fields stay, null clears; a changed graph is a new version' })
  @ApiOkResponse({ type: FlowResponse })
  @ApiProblems(409)
  @ApiIfMatch()
  async update(
    @CurrentTenant() tenant: Tenant,
    @CurrentPrincipal() principal: Principal,
    @Param('id', IdPipe) id: string,
    @Body() request: UpdateFlowRequest,
    @IfMatch() ifMatch: string | undefined,
  ): Promise<FlowResponse> {
    const edit = { layoutEdit: 'replaces', author: authorOf(principal), ifMatch } as const;
    return new FlowResponse(await this.flows.update(tenant, id, request, edit));
  }

  @Patch(':id')
  @AdmitsEditors()
  @ApiOperation({ summary: 'Change a flow by a JSON merge patch; nodes and edges are replaced whole' })
  @ApiOkResponse({ type: FlowResponse })
  @ApiProblems(409)
  @ApiIfMatch()
  async patch(
    @CurrentTenant() tenant: Tenant,
    @CurrentPrincipal() principal: Principal,
    @Param('id', IdPipe) id: string,
    @Body() request: UpdateFlowRequest,
    @IfMatch() ifMatch: string | undefined,
  ): Promise<FlowResponse> {
    const edit = { layoutEdit: 'merges', author: authorOf(principal), ifMatch } as const;
    return new FlowResponse(await this.flows.update(tenant, id, request, edit));
  }

  @Delete(':id')
  @HttpCode(204)
  @AdmitsEditors()
  @ApiOperation({ summary: 'Delete a flow; its runs stay in the histories' })
  @ApiNoContentResponse()
  async remove(@CurrentTenant() tenant: Tenant, @Param('id', IdPipe) id: string): Promise<void> {
    await this.flows.remove(tenant, id);
  }
}
