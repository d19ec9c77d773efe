import { Controller, Get, Header, Param, Res, type StreamableFile } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { iotSupportSays } from '../../../core/http/problems/iot-support-says.rules.js';
import { Admits } from '../../auth/access.decorator.js';
import { CurrentPrincipal, type Principal } from '../../auth/principal.decorator.js';
import { firmwareReaders } from '../asset-readers.js';
import { AssetFiles } from '../files/asset-files.service.js';
import { ApiFile, AskedFile, type FileConditions } from '../files/file-request.decorator.js';
import { FirmwareVersionResponse } from './dto/firmware-version.response.js';
import { FirmwareService } from './firmware.service.js';

const ofProfile = () =>
  ApiParam({ name: 'profile', description: 'The name of the device’s profile, or its id.', example: 'Thermostat' });

/** What devices ask for when they look for their next firmware. */
@ApiTags('firmware')
@Controller('api/firmware/:profile')
@Admits(firmwareReaders)
export class FirmwareController {
  constructor(
    private readonly firmware: FirmwareService,
    private readonly files: AssetFiles,
  ) {}

  @Get('version')
  @RouteConfig({ alsoSays: iotSupportSays })
  @Header('cache-control', 'no-cache')
  @ofProfile()
  @ApiOperation({ operationId: 'getFirmwareVersion', summary: 'Get the version of the firmware that a profile offers' })
  @ApiOkResponse({ type: FirmwareVersionResponse })
  async version(
    @CurrentPrincipal() principal: Principal,
    @Param('profile') profile: string,
  ): Promise<FirmwareVersionResponse> {
    return new FirmwareVersionResponse(await this.firmware.imageFor(principal, profile));
  }

  @Get('latest')
  @RouteConfig({ alsoSays: iotSupportSays })
  @ofProfile()
  @ApiOperation({
    operationId: 'getLatestFirmware',
    summary: 'Fetch the firmware that a profile offers, or a part of it',
  })
  @ApiFile()
  async latest(
    @CurrentPrincipal() principal: Principal,
    @Param('profile') profile: string,
    @AskedFile() asked: FileConditions,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile | undefined> {
    return this.files.send(await this.firmware.imageFor(principal, profile), asked, reply);
  }
}
