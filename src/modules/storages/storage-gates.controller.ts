import { Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { IdPipe } from '../../core/http/id.pipe.js';
import type { Tenant } from '../../core/tenancy/tenant.js';
import { AdmitsEditors } from '../auth/access.decorator.js';
import { CurrentTenant } from '../auth/principal.decorator.js';
import { StorageDetailResponse } from './dto/storage-detail.response.js';
import { StorageDetailsService } from './storage-details.service.js';
import { StoragesService } from './storages.service.js';

/** Lets deliveries wait, and lets them go again. */
@ApiTags('storages')
@Controller(['api/v1/storages', 'api/v1/storage'])
export class StorageGatesController {
  constructor(
    private readonly storages: StoragesService,
    private readonly details: StorageDetailsService,
  ) {}

  @Post(':id/pause')
  @HttpCode(200)
  @AdmitsEditors()
  @ApiOperation({ summary: 'Let deliveries wait, without attempts, until it is resumed; what is under way ends' })
  @ApiOkResponse({ type: StorageDetailResponse })
  async pause(@CurrentTenant() tenant: Tenant, @Param('id', IdPipe) id: string): Promise<StorageDetailResponse> {
    return this.details.show(tenant, await this.storages.pause(tenant, id));
  }

  @Post(':id/resume')
  @HttpCode(200)
  @AdmitsEditors()
  @ApiOperation({ summary: 'Deliver again, also where the breaker would have waited longer' })
  @ApiOkResponse({ type: StorageDetailResponse })
  async resume(@CurrentTenant() tenant: Tenant, @Param('id', IdPipe) id: string): Promise<StorageDetailResponse> {
    return this.details.show(tenant, await this.storages.resume(tenant, id));
  }
}
