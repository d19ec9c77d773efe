import { Controller, Get, Header, Headers, Query, StreamableFile } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { IncomingHttpHeaders } from 'node:http';
import { ClientGone } from '../../core/http/client-gone.decorator.js';
import { ApiProblems } from '../../core/http/problems/api-problems.decorator.js';
import { Admits } from '../auth/access.decorator.js';
import { CredentialHeader } from '../auth/credential-header.decorator.js';
import { ProxiedImageQuery } from './dto/proxied-image.query.js';
import { forwardedHeaders, namesIn } from './forwarded-headers.rules.js';
import { imagesSay } from './image-problems.rules.js';
import { ImagesService } from './images.service.js';

const type = 'application/octet-stream';

/** Images for displays that can draw nothing but what LVGL has in memory. */
@ApiTags('images')
@Controller()
export class ImagesController {
  constructor(private readonly images: ImagesService) {}

  @Get(['api/images/proxy', 'api/images/lvgl'])
  @Admits({ user: 'viewer', apiKey: 'read', device: true, legacyNetworks: true })
  @RouteConfig({ alsoSays: imagesSay })
  @Header('Cache-Control', 'no-store')
  @ApiOperation({
    operationId: 'convertImage',
    summary: 'Fetch an image and convert it to a binary image of LVGL 9',
    description:
      'A header of 12 bytes, little-endian (magic 0x19, colour format, flags, width, height, stride, reserved), then the pixels row by ' +
      'row without padding: ARGB8888 as B, G, R, A; RGB565 as 16 bits, lower byte first, over black. The picture keeps its ' +
      'shape, stands upright, and is never enlarged. Of an animation, the first frame.',
  })
  @ApiProduces(type)
  @ApiOkResponse({ schema: { type: 'string', format: 'binary' }, description: 'The image.' })
  @ApiProblems(422, 502, 503)
  async convert(
    @Query() { url, width, height, headers: names, cf }: ProxiedImageQuery,
    @Headers() headers: IncomingHttpHeaders,
    @CredentialHeader() credentialHeader: string | null,
    @ClientGone() gone: AbortSignal,
  ): Promise<StreamableFile> {
    const forwarded = forwardedHeaders(namesIn(names), headers, credentialHeader);
    const image = await this.images.convert({ url, headers: forwarded, box: { width, height }, format: cf }, gone);
    return new StreamableFile(image.stream, { type, length: image.bytes });
  }
}
