import { Body, Controller, Header, HttpCode, Post, Req } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { ApiProblems } from '../../../core/http/problems/api-problems.decorator.js';
import { Public } from '../../auth/access.decorator.js';
import { thingsBoardSays } from '../thingsboard-says.rules.js';
import { ProvisionAnswer } from './dto/provision.answer.js';
import { provisionIn } from './provision-body.rules.js';
import { ProvisionService } from './provision.service.js';

/** Where devices of ThingsBoard's kind make themselves known, with the key that their fleet shares. */
@ApiTags('thingsboard')
@Controller('api/v1/provision')
export class ProvisionController {
  constructor(private readonly devices: ProvisionService) {}

  @Post()
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  @Public()
  @RouteConfig({ alsoSays: thingsBoardSays })
  @ApiOperation({
    operationId: 'provisionThingsBoardDevice',
    summary: 'Make a device known by its name, and tell it its access token',
    description:
      'A device that lost the answer asks again and gets the same token, until it has spoken; from then on the provisioning key’s policy counts. A key with a placement also places the device.',
  })
  @ApiBody({
    schema: {
      type: 'object',
      required: ['provisionDeviceKey', 'provisionDeviceSecret'],
      properties: {
        deviceName: { type: 'string', maxLength: 200, description: 'Without it the device gets one.' },
        provisionDeviceKey: { type: 'string', description: 'The id of a provisioning key, or its prefix `flp_…`.' },
        provisionDeviceSecret: { type: 'string', description: 'The key itself, or what stands behind its prefix.' },
      },
    },
  })
  @ApiOkResponse({ type: ProvisionAnswer })
  @ApiProblems(429, 503)
  async provision(@Body() body: unknown, @Req() request: FastifyRequest): Promise<ProvisionAnswer> {
    return this.devices.provision(provisionIn(body), request);
  }
}
