import { Controller, Get, Param, Res, type StreamableFile } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { iotSupportSays } from '../../../core/http/problems/iot-support-says.rules.js';
import { VersionPipe } from '../../../core/http/version.pipe.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { Admits } from '../../auth/access.decorator.js';
import { CurrentTenant } from '../../auth/principal.decorator.js';
import { AssetFilenamePipe } from '../asset-filename.pipe.js';
import { assetReaders } from '../asset-readers.js';
import { AssetsService } from '../assets.service.js';
import { AssetFiles } from './asset-files.service.js';
import { ApiFile, AskedFile, type FileConditions } from './file-request.decorator.js';

/** The files of assets. */
@ApiTags('assets')
@Controller('api/assets')
@Admits(assetReaders)
export class AssetFilesController {
  constructor(
    private readonly assets: AssetsService,
    private readonly files: AssetFiles,
  ) {}

  @Get(':filename')
  @RouteConfig({ alsoSays: iotSupportSays })
  @ApiOperation({ operationId: 'getAsset', summary: 'Fetch the newest version of an asset, or a part of it' })
  @ApiFile()
  async current(
    @CurrentTenant() tenant: Tenant,
    @Param('filename', AssetFilenamePipe) filename: string,
    @AskedFile() asked: FileConditions,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile | undefined> {
    return this.files.send(await this.assets.getCurrent(tenant, filename), asked, reply);
  }

  @Get(':filename/versions/:version')
  @RouteConfig({ alsoSays: iotSupportSays })
  @ApiOperation({ operationId: 'getAssetVersion', summary: 'Fetch a version of an asset that is kept' })
  @ApiFile()
  async version(
    @CurrentTenant() tenant: Tenant,
    @Param('filename', AssetFilenamePipe) filename: string,
    @Param('version', VersionPipe) version: number,
    @AskedFile() asked: FileConditions,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile | undefined> {
    return this.files.send(await this.assets.getVersion(tenant, filename, version), asked, reply);
  }
}
