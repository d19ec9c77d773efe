import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Admits } from '../../auth/access.decorator.js';
import { CurrentPrincipal, type Principal } from '../../auth/principal.decorator.js';
import { documentZeroSays } from '../document-000-problems.rules.js';
import { KeyExchangeRequest } from './dto/key-exchange.request.js';
import { KeyExchangeResponse } from './dto/key-exchange.response.js';
import { KeyExchangeService } from './key-exchange.service.js';
import { provedKeyIn } from './registration-body.rules.js';

/** Where a device that has registered shows that it has its key. */
@ApiTags('device')
@Controller()
export class KeyExchangeController {
  constructor(private readonly exchanges: KeyExchangeService) {}

  @Post(['api/v1/device/:uuid/key-exchange', 'api/device/:uuid/key-exchange', 'device/:uuid/key-exchange'])
  @HttpCode(200)
  @Admits({ device: true, provisioningKey: true })
  @RouteConfig({ alsoSays: documentZeroSays })
  @ApiOperation({
    operationId: 'exchangeDeviceKey',
    summary: 'Show that a device has its key, after which it needs its provisioning key no more',
    description:
      'By the device’s own key as the credential, or in the body. The key is confirmed, and the keys before it end.',
  })
  @ApiBody({ type: KeyExchangeRequest, required: false })
  @ApiOkResponse({ type: KeyExchangeResponse })
  async exchange(
    @CurrentPrincipal() principal: Principal,
    @Param('uuid') uuid: string,
    @Body() body: unknown,
  ): Promise<KeyExchangeResponse> {
    return new KeyExchangeResponse(await this.exchanges.exchange(principal, uuid, provedKeyIn(body)));
  }
}
