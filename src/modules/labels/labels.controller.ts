import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Put, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../../core/http/problems/api-problems.decorator.js';
import { DeletionQuery } from '../../core/http/deletion.query.js';
import { IdPipe } from '../../core/http/id.pipe.js';
import { ApiPage } from '../../core/http/paging/api-page.decorator.js';
import { Page } from '../../core/http/paging/page.js';
import type { Tenant } from '../../core/tenancy/tenant.js';
import { AdmitsEditors, AdmitsReaders } from '../auth/access.decorator.js';
import { CurrentTenant } from '../auth/principal.decorator.js';
import { CreateLabelRequest } from './dto/create-label.request.js';
import { LabelDetail, LabelResponse } from './dto/label.response.js';
import { ListLabelsQuery } from './dto/list-labels.query.js';
import { UpdateLabelRequest } from './dto/update-label.request.js';
import { LabelsService } from './labels.service.js';

/** Labels by themselves; which device wears which is the devices' part. */
@ApiTags('labels')
@Controller('api/v1/labels')
export class LabelsController {
  constructor(private readonly labels: LabelsService) {}

  @Get()
  @AdmitsReaders()
  @ApiOperation({ summary: 'List labels' })
  @ApiPage(LabelResponse)
  async list(@CurrentTenant() tenant: Tenant, @Query() query: ListLabelsQuery): Promise<Page<LabelResponse>> {
    const { rows, total } = await this.labels.list(tenant, query);
    return new Page(
      rows.map((label) => new LabelResponse(label)),
      total,
    );
  }

  @Post()
  @AdmitsEditors()
  @ApiOperation({ summary: 'Make a label' })
  @ApiCreatedResponse({ type: LabelDetail })
  @ApiProblems(409)
  async create(@CurrentTenant() tenant: Tenant, @Body() request: CreateLabelRequest): Promise<LabelDetail> {
    return new LabelDetail(await this.labels.create(tenant, request));
  }

  @Get(':id')
  @AdmitsReaders()
  @ApiOperation({ summary: 'Get a label with its devices' })
  @ApiOkResponse({ type: LabelDetail })
  async get(@CurrentTenant() tenant: Tenant, @Param('id', IdPipe) id: string): Promise<LabelDetail> {
    return new LabelDetail(await this.labels.getWorn(tenant, id));
  }

  @Put(':id')
  @AdmitsEditors()
  @ApiOperation({ summary: 'Change a label; absent fields stay, null clears' })
  @ApiOkResponse({ type: LabelDetail })
  @ApiProblems(409)
  async update(
    @CurrentTenant() tenant: Tenant,
    @Param('id', IdPipe) id: string,
    @Body() request: UpdateLabelRequest,
  ): Promise<LabelDetail> {
    return new LabelDetail(await this.labels.update(tenant, id, request));
  }

  @Patch(':id')
  @AdmitsEditors()
  @ApiOperation({ summary: 'Change a label by a JSON merge patch' })
  @ApiOkResponse({ type: LabelDetail })
  @ApiProblems(409)
  async patch(
    @CurrentTenant() tenant: Tenant,
    @Param('id', IdPipe) id: string,
    @Body() request: UpdateLabelRequest,
  ): Promise<LabelDetail> {
    return new LabelDetail(await this.labels.update(tenant, id, request));
  }

  @Delete(':id')
  @HttpCode(204)
  @AdmitsEditors()
  @ApiOperation({ summary: 'Delete a label and take it off every device; 409 while a flow uses it, unless by force' })
  @ApiNoContentResponse()
  @ApiProblems(409)
  async remove(
    @CurrentTenant() tenant: Tenant,
    @Param('id', IdPipe) id: string,
    @Query() deletion: DeletionQuery,
  ): Promise<void> {
    await this.labels.remove(tenant, id, deletion);
  }
}
