import { Controller, Get, Header, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { IdPipe } from '../../../core/http/id.pipe.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { AdmitsAdmins } from '../../auth/access.decorator.js';
import { CurrentTenant } from '../../auth/principal.decorator.js';
import { DeviceAccessTokensService } from './device-access-tokens.service.js';
import { DeviceAccessTokenResponse } from './dto/device-access-token.response.js';

/** The token by which ThingsBoard's clients name a device. */
@ApiTags('device-access-tokens')
@Controller('api/v1/devices/:id/access-token')
@AdmitsAdmins()
export class DeviceAccessTokensController {
  constructor(private readonly tokens: DeviceAccessTokensService) {}

  @Get()
  @Header('Cache-Control', 'no-store')
  @ApiOperation({
    operationId: 'getDeviceAccessToken',
    summary: 'Read the token a device speaks with as ThingsBoard’s do; made where there is none, and recorded',
  })
  @ApiOkResponse({ type: DeviceAccessTokenResponse })
  async show(
    @CurrentTenant() tenant: Tenant,
    @Param('id', IdPipe) deviceId: string,
  ): Promise<DeviceAccessTokenResponse> {
    return new DeviceAccessTokenResponse(await this.tokens.show(tenant, deviceId));
  }

  @Post('rotate')
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  @ApiOperation({
    operationId: 'rotateDeviceAccessToken',
    summary: 'Give a device another token; the one it had is refused from now on',
  })
  @ApiOkResponse({ type: DeviceAccessTokenResponse })
  async rotate(
    @CurrentTenant() tenant: Tenant,
    @Param('id', IdPipe) deviceId: string,
  ): Promise<DeviceAccessTokenResponse> {
    return new DeviceAccessTokenResponse(await this.tokens.rotate(tenant, deviceId));
  }
}
