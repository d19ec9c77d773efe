import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { IdPipe } from '../../../core/http/id.pipe.js';
import { ApiPage } from '../../../core/http/paging/api-page.decorator.js';
import { Page } from '../../../core/http/paging/page.js';
import { PageQuery } from '../../../core/http/paging/page.query.js';
import { ApiProblems } from '../../../core/http/problems/api-problems.decorator.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { AdmitsAdmins } from '../../auth/access.decorator.js';
import { CurrentTenant } from '../../auth/principal.decorator.js';
import { DeviceKeysService } from './device-keys.service.js';
import { DeviceKeyResponse, NewDeviceKeyResponse } from './dto/device-key.response.js';
import { IssueDeviceKeyRequest } from './dto/issue-device-key.request.js';

/** The keys that devices speak with. */
@ApiTags('device-keys')
@Controller('api/v1/devices/:id/keys')
@AdmitsAdmins()
export class DeviceKeysController {
  constructor(private readonly keys: DeviceKeysService) {}

  @Get()
  @ApiOperation({ operationId: 'listDeviceKeys', summary: 'List a device’s keys, newest first, ended ones too' })
  @ApiPage(DeviceKeyResponse)
  async list(
    @CurrentTenant() tenant: Tenant,
    @Param('id', IdPipe) deviceId: string,
    @Query() query: PageQuery,
  ): Promise<Page<DeviceKeyResponse>> {
    const [keys, total] = await this.keys.list(tenant, deviceId, query);
    return new Page(
      keys.map((key) => new DeviceKeyResponse(key)),
      total,
    );
  }

  @Post()
  @ApiOperation({
    operationId: 'issueDeviceKey',
    summary: 'Make a key for a device; the key itself is shown only in this answer',
  })
  @ApiCreatedResponse({ type: NewDeviceKeyResponse })
  @ApiProblems(502)
  async issue(
    @CurrentTenant() tenant: Tenant,
    @Param('id', IdPipe) deviceId: string,
    @Body() request: IssueDeviceKeyRequest,
  ): Promise<NewDeviceKeyResponse> {
    const { name, expires_at, revoke_previous } = request;
    const { deviceKey, key, client } = await this.keys.issue(tenant, deviceId, {
      name: name ?? null,
      expiresAt: typeof expires_at === 'string' ? new Date(expires_at) : null,
      revokePrevious: revoke_previous ?? false,
    });
    return new NewDeviceKeyResponse(deviceKey, key, client);
  }

  @Post('rotate')
  @ApiOperation({
    operationId: 'rotateDeviceKey',
    summary: 'Make a new key; those the device has stay good for 24 hours',
  })
  @ApiCreatedResponse({ type: NewDeviceKeyResponse })
  @ApiProblems(502)
  async rotate(@CurrentTenant() tenant: Tenant, @Param('id', IdPipe) deviceId: string): Promise<NewDeviceKeyResponse> {
    const { deviceKey, key, client } = await this.keys.rotate(tenant, deviceId);
    return new NewDeviceKeyResponse(deviceKey, key, client);
  }

  @Delete(':key_id')
  @HttpCode(204)
  @ApiOperation({ operationId: 'revokeDeviceKey', summary: 'End a device’s key at once' })
  @ApiNoContentResponse()
  async revoke(
    @CurrentTenant() tenant: Tenant,
    @Param('id', IdPipe) deviceId: string,
    @Param('key_id', IdPipe) keyId: string,
  ): Promise<void> {
    await this.keys.revoke(tenant, deviceId, keyId);
  }
}
