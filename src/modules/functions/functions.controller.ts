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
import { DeletionQuery } from '../../core/http/deletion.query.js';
import { ApiProblems } from '../../core/http/problems/api-problems.decorator.js';
import { ApiIfMatch, EntityTags, IfMatch } from '../../core/http/entity-tag.js';
import { IdPipe } from '../../core/http/id.pipe.js';
import { ApiPage } from '../../core/http/paging/api-page.decorator.js';
import { Page } from '../../core/http/paging/page.js';
import type { Tenant } from '../../core/tenancy/tenant.js';
import { Clock } from '../../core/time/clock.js';
import { AdmitsEditors, AdmitsReaders } from '../auth/access.decorator.js';
import { CurrentPrincipal, CurrentTenant, type Principal } from '../auth/principal.decorator.js';
import { CreateFunctionRequest } from './dto/create-function.request.js';
import { FunctionResponse } from './dto/function.response.js';
import { ListFunctionsQuery } from './dto/list-functions.query.js';
import { UpdateFunctionRequest } from './dto/update-function.request.js';
import { userIdOf } from './function.rules.js';
import { FunctionsService } from './functions.service.js';

/** Functions as they are now. */
@ApiTags('functions')
@Controller('api/v1/functions')
@UseInterceptors(EntityTags)
export class FunctionsController {
  constructor(
    private readonly functions: FunctionsService,
    private readonly clock: Clock,
  ) {}

  @Get()
  @AdmitsReaders()
  @ApiOperation({ summary: 'List functions' })
  @ApiPage(FunctionResponse)
  async list(@CurrentTenant() tenant: Tenant, @Query() query: ListFunctionsQuery): Promise<Page<FunctionResponse>> {
    const { rows, total } = await this.functions.list(tenant, query);
    return new Page(
      rows.map((row) => new FunctionResponse(row, this.clock.now())),
      total,
    );
  }

  @Post()
  @AdmitsEditors()
  @ApiOperation({ summary: 'Make a function; 400 with line and column where its source is wrong' })
  @ApiCreatedResponse({ type: FunctionResponse })
  @ApiProblems(409)
  async create(
    @CurrentPrincipal() principal: Principal,
    @Body() request: CreateFunctionRequest,
  ): Promise<FunctionResponse> {
    return new FunctionResponse(
      await this.functions.create(principal.tenant, request, userIdOf(principal)),
      this.clock.now(),
    );
  }

  @Get(':id')
  @AdmitsReaders()
  @ApiOperation({ summary: 'Get a function' })
  @ApiOkResponse({ type: FunctionResponse })
  async get(@CurrentTenant() tenant: Tenant, @Param('id', IdPipe) id: string): Promise<FunctionResponse> {
    return new FunctionResponse(await this.functions.get(tenant, id), this.clock.now());
  }

  @Put(':id')
  @AdmitsEditors()
  @ApiOperation({ summary: 'Change a function; absent fields stay, null clears; new code is a new version' })
  @ApiOkResponse({ type: FunctionResponse })
  @ApiProblems(409)
  @ApiIfMatch()
  async update(
    @CurrentPrincipal() principal: Principal,
    @Param('id', IdPipe) id: string,
    @Body() request: UpdateFunctionRequest,
    @IfMatch() ifMatch: string | undefined,
  ): Promise<FunctionResponse> {
    const savedBy = { userId: userIdOf(principal), ifMatch };
    return new FunctionResponse(await this.functions.update(principal.tenant, id, request, savedBy), this.clock.now());
  }

  @Patch(':id')
  @AdmitsEditors()
  @ApiOperation({ summary: 'Change a function by a JSON merge patch' })
  @ApiOkResponse({ type: FunctionResponse })
  @ApiProblems(409)
  @ApiIfMatch()
  async patch(
    @CurrentPrincipal() principal: Principal,
    @Param('id', IdPipe) id: string,
    @Body() request: UpdateFunctionRequest,
    @IfMatch() ifMatch: string | undefined,
  ): Promise<FunctionResponse> {
    return this.update(principal, id, request, ifMatch);
  }

  @Delete(':id')
  @HttpCode(204)
  @AdmitsEditors()
  @ApiOperation({ summary: 'Delete a function; 409 while a flow uses it, unless by force' })
  @ApiNoContentResponse()
  @ApiProblems(409)
  async remove(
    @CurrentTenant() tenant: Tenant,
    @Param('id', IdPipe) id: string,
    @Query() deletion: DeletionQuery,
  ): Promise<void> {
    await this.functions.remove(tenant, id, deletion);
  }
}
