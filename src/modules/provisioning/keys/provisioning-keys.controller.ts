import {
  Body,
  Controller,
  Delete,
  Get,
  Header,
  HttpCode,
  Param,
  Patch,
  Post,
  Put,
  Query,
  UseInterceptors,
} from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiIfMatch, EntityTags, IfMatch } from '../../../core/http/entity-tag.js';
import { IdPipe } from '../../../core/http/id.pipe.js';
import { ApiPage } from '../../../core/http/paging/api-page.decorator.js';
import { Page } from '../../../core/http/paging/page.js';
import { PageQuery } from '../../../core/http/paging/page.query.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { Clock } from '../../../core/time/clock.js';
import { AdmitsAdmins } from '../../auth/access.decorator.js';
import { CurrentTenant } from '../../auth/principal.decorator.js';
import { RegisteredDevicesService } from '../registrations/registered-devices.service.js';
import { CreateProvisioningKeyRequest } from './dto/create-provisioning-key.request.js';
import { ListProvisioningKeysQuery } from './dto/list-provisioning-keys.query.js';
import { ProvisioningKeyResponse } from './dto/provisioning-key.response.js';
import { RegisteredDeviceResponse } from './dto/registered-device.response.js';
import { UpdateProvisioningKeyRequest } from './dto/update-provisioning-key.request.js';
import { ProvisioningKeysService } from './provisioning-keys.service.js';

/** Keys that devices share until they have their own, for the tenant's admins. */
@ApiTags('provisioning-keys')
@Controller('api/v1/provisioning-keys')
@AdmitsAdmins()
@UseInterceptors(EntityTags)
export class ProvisioningKeysController {
  constructor(
    private readonly keys: ProvisioningKeysService,
    private readonly devices: RegisteredDevicesService,
    private readonly clock: Clock,
  ) {}

  @Get()
  @ApiOperation({ operationId: 'listProvisioningKeys', summary: 'List provisioning keys, newest first' })
  @ApiPage(ProvisioningKeyResponse)
  async list(
    @CurrentTenant() tenant: Tenant,
    @Query() query: ListProvisioningKeysQuery,
  ): Promise<Page<ProvisioningKeyResponse>> {
    const { rows, total } = await this.keys.list(tenant, query);
    const now = this.clock.now();
    return new Page(
      rows.map((key) => new ProvisioningKeyResponse(key, now)),
      total,
    );
  }

  @Post()
  @Header('Cache-Control', 'no-store')
  @ApiOperation({
    operationId: 'createProvisioningKey',
    summary: 'Make a provisioning key; the key itself is shown only in this answer',
  })
  @ApiCreatedResponse({ type: ProvisioningKeyResponse })
  async create(
    @CurrentTenant() tenant: Tenant,
    @Body() request: CreateProvisioningKeyRequest,
  ): Promise<ProvisioningKeyResponse> {
    const { known, key } = await this.keys.create(tenant, request);
    return new ProvisioningKeyResponse(known, this.clock.now(), key);
  }

  @Get(':id')
  @ApiOperation({ operationId: 'getProvisioningKey', summary: 'Get a provisioning key, the key itself masked' })
  @ApiOkResponse({ type: ProvisioningKeyResponse })
  async get(@CurrentTenant() tenant: Tenant, @Param('id', IdPipe) id: string): Promise<ProvisioningKeyResponse> {
    return new ProvisioningKeyResponse(await this.keys.get(tenant, id), this.clock.now());
  }

  @Put(':id')
  @ApiOperation({
    operationId: 'updateProvisioningKey',
    summary: 'Change a provisioning key; absent fields stay, null clears',
  })
  @ApiOkResponse({ type: ProvisioningKeyResponse })
  @ApiIfMatch()
  async update(
    @CurrentTenant() tenant: Tenant,
    @Param('id', IdPipe) id: string,
    @Body() request: UpdateProvisioningKeyRequest,
    @IfMatch() ifMatch: string | undefined,
  ): Promise<ProvisioningKeyResponse> {
    return new ProvisioningKeyResponse(await this.keys.update(tenant, id, request, ifMatch), this.clock.now());
  }

  @Patch(':id')
  @ApiOperation({ operationId: 'patchProvisioningKey', summary: 'The same as PUT: a placement is replaced whole' })
  @ApiOkResponse({ type: ProvisioningKeyResponse })
  @ApiIfMatch()
  async patch(
    @CurrentTenant() tenant: Tenant,
    @Param('id', IdPipe) id: string,
    @Body() request: UpdateProvisioningKeyRequest,
    @IfMatch() ifMatch: string | undefined,
  ): Promise<ProvisioningKeyResponse> {
    return this.update(tenant, id, request, ifMatch);
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({
    operationId: 'revokeProvisioningKey',
    summary: 'Revoke a provisioning key; devices that registered with it keep their own keys',
  })
  @ApiNoContentResponse()
  @ApiIfMatch()
  async revoke(
    @CurrentTenant() tenant: Tenant,
    @Param('id', IdPipe) id: string,
    @IfMatch() ifMatch: string | undefined,
  ): Promise<void> {
    await this.keys.revoke(tenant, id, ifMatch);
  }

  @Get(':id/devices')
  @ApiOperation({
    operationId: 'listDevicesOfProvisioningKey',
    summary: 'List the devices that registered with a key, the last one first, retired ones too',
  })
  @ApiPage(RegisteredDeviceResponse)
  async listDevices(
    @CurrentTenant() tenant: Tenant,
    @Param('id', IdPipe) id: string,
    @Query() query: PageQuery,
  ): Promise<Page<RegisteredDeviceResponse>> {
    const { rows, total } = await this.devices.list(tenant, id, query);
    return new Page(
      rows.map((device) => new RegisteredDeviceResponse(device)),
      total,
    );
  }
}
