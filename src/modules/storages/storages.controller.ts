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
import { DeletionQuery } from '../../core/http/deletion.query.js';
import { IdPipe } from '../../core/http/id.pipe.js';
import { ApiPage } from '../../core/http/paging/api-page.decorator.js';
import { Page } from '../../core/http/paging/page.js';
import type { Tenant } from '../../core/tenancy/tenant.js';
import { AdmitsEditors, AdmitsReaders } from '../auth/access.decorator.js';
import { CurrentTenant } from '../auth/principal.decorator.js';
import { StorageTrials } from './channels/storage-trials.js';
import { CreateStorageRequest } from './dto/create-storage.request.js';
import { StorageDetailResponse } from './dto/storage-detail.response.js';
import { StorageResponse } from './dto/storage.response.js';
import { ListStoragesQuery } from './dto/list-storages.query.js';
import { TestStorageRequest } from './dto/test-storage.request.js';
import { TestStorageResponse } from './dto/test-storage.response.js';
import { UpdateStorageRequest } from './dto/update-storage.request.js';
import { StorageDetailsService } from './storage-details.service.js';
import { StoragesService } from './storages.service.js';

/** Time-series databases; what became of their deliveries is the runs' part. */
@ApiTags('storages')
@Controller(['api/v1/storages', 'api/v1/storage'])
@UseInterceptors(EntityTags)
export class StoragesController {
  constructor(
    private readonly storages: StoragesService,
    private readonly details: StorageDetailsService,
    private readonly trials: StorageTrials,
  ) {}

  @Get()
  @AdmitsReaders()
  @ApiOperation({ summary: 'List storages' })
  @ApiPage(StorageResponse)
  async list(@CurrentTenant() tenant: Tenant, @Query() query: ListStoragesQuery): Promise<Page<StorageResponse>> {
    const { rows, total } = await this.storages.list(tenant, query);
    return new Page(
      rows.map((row) => new StorageResponse(row)),
      total,
    );
  }

  @Post()
  @AdmitsEditors()
  @ApiOperation({ summary: 'Make a storage' })
  @ApiCreatedResponse({ type: StorageDetailResponse })
  @ApiProblems(409)
  async create(@CurrentTenant() tenant: Tenant, @Body() request: CreateStorageRequest): Promise<StorageDetailResponse> {
    return this.details.show(tenant, await this.storages.create(tenant, request));
  }

  @Get(':id')
  @AdmitsReaders()
  @ApiOperation({ summary: 'Get a storage, secrets masked' })
  @ApiOkResponse({ type: StorageDetailResponse })
  async get(@CurrentTenant() tenant: Tenant, @Param('id', IdPipe) id: string): Promise<StorageDetailResponse> {
    return this.details.show(tenant, await this.storages.get(tenant, id));
  }

  @Put(':id')
  @AdmitsEditors()
  @ApiOperation({
    summary: 'Change a storage; absent fields stay, null clears, masks keep secrets',
  })
  @ApiOkResponse({ type: StorageDetailResponse })
  @ApiProblems(409)
  @ApiIfMatch()
  async update(
    @CurrentTenant() tenant: Tenant,
    @Param('id', IdPipe) id: string,
    @Body() request: UpdateStorageRequest,
    @IfMatch() ifMatch: string | undefined,
  ): Promise<StorageDetailResponse> {
    return this.details.show(tenant, await this.storages.update(tenant, id, request, 'replaces', ifMatch));
  }

  @Patch(':id')
  @AdmitsEditors()
  @ApiOperation({ summary: 'Change a storage by a JSON merge patch, which reaches into its tags and tls' })
  @ApiOkResponse({ type: StorageDetailResponse })
  @ApiProblems(409)
  @ApiIfMatch()
  async patch(
    @CurrentTenant() tenant: Tenant,
    @Param('id', IdPipe) id: string,
    @Body() request: UpdateStorageRequest,
    @IfMatch() ifMatch: string | undefined,
  ): Promise<StorageDetailResponse> {
    return this.details.show(tenant, await this.storages.update(tenant, id, request, 'merges', ifMatch));
  }

  @Delete(':id')
  @HttpCode(204)
  @AdmitsEditors()
  @ApiOperation({
    summary: 'Delete a storage; 409 while a flow uses it, unless by force. What still waits for it fails.',
  })
  @ApiNoContentResponse()
  @ApiProblems(409)
  async remove(
    @CurrentTenant() tenant: Tenant,
    @Param('id', IdPipe) id: string,
    @Query() deletion: DeletionQuery,
  ): Promise<void> {
    await this.storages.remove(tenant, id, deletion);
  }

  @Post(':id/test')
  @HttpCode(200)
  @AdmitsEditors()
  @ApiOperation({
    summary: 'Write one real point and read it again; SQL takes it back, InfluxDB keeps the sample as fieldline_test',
  })
  @ApiOkResponse({ type: TestStorageResponse })
  async test(
    @CurrentTenant() tenant: Tenant,
    @Param('id', IdPipe) id: string,
    @Body() request: TestStorageRequest,
  ): Promise<TestStorageResponse> {
    return this.trials.run(tenant, id, request.message);
  }
}
