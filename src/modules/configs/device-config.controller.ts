import { Controller, Get, Header, Headers, HttpStatus, Param, Res } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiHeader, ApiOkResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { hasAlready } from '../../core/http/if-none-match.rules.js';
import { iotSupportSays } from '../../core/http/problems/iot-support-says.rules.js';
import { Admits } from '../auth/access.decorator.js';
import { CurrentPrincipal, type Principal } from '../auth/principal.decorator.js';
import { ApiMac } from './api-mac.decorator.js';
import { contentTagOf } from './config.rules.js';
import { ConfigsService } from './configs.service.js';
import { MacPipe } from './mac.pipe.js';

/** What devices fetch: the bare content of their config. */
@ApiTags('configs')
@Controller('api/configs')
export class DeviceConfigController {
  constructor(private readonly configs: ConfigsService) {}

  @Get(':mac.json')
  @Admits({ user: 'viewer', apiKey: 'read', device: true, legacyNetworks: true })
  @RouteConfig({ alsoSays: iotSupportSays })
  @Header('cache-control', 'no-cache')
  @ApiOperation({
    operationId: 'getDeviceConfig',
    summary: 'Get the bare content of a config, as its device wants it',
    description:
      'A device asks with its own key and gets its own. Without a key only from the networks of `LEGACY_DEVICE_READS`, and then of the default tenant.',
  })
  @ApiMac()
  @ApiHeader({ name: 'If-None-Match', required: false, description: 'The ETag of what the device has already.' })
  @ApiOkResponse({ description: 'The content.', schema: { type: 'object', additionalProperties: true } })
  @ApiResponse({ status: 304, description: 'It has not changed.' })
  async get(
    @CurrentPrincipal() principal: Principal,
    @Param('mac', MacPipe) mac: string,
    @Headers('if-none-match') ifNoneMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string | undefined> {
    const deviceId = principal.kind === 'device' ? principal.deviceId : null;
    const content = await this.configs.getContent(principal.tenant, mac, deviceId);
    const tag = contentTagOf(content);
    reply.header('etag', tag);
    if (hasAlready(ifNoneMatch, tag)) {
      reply.status(HttpStatus.NOT_MODIFIED);
      return undefined;
    }
    reply.type('application/json; charset=utf-8');
    return content;
  }
}
