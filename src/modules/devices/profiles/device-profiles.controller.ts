import {
  Body,
  Controller,
  Delete,
  Get,
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
import { ForceQuery } from '../../../core/http/force.query.js';
import { IdPipe } from '../../../core/http/id.pipe.js';
import { ApiPage } from '../../../core/http/paging/api-page.decorator.js';
import { Page } from '../../../core/http/paging/page.js';
import { ApiProblems } from '../../../core/http/problems/api-problems.decorator.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { AdmitsEditors, AdmitsReaders } from '../../auth/access.decorator.js';
import { CurrentTenant } from '../../auth/principal.decorator.js';
import { CreateDeviceProfileRequest } from './dto/create-device-profile.request.js';
import { ListDeviceProfilesQuery } from './dto/list-device-profiles.query.js';
import { DeviceProfileResponse } from './dto/device-profile.response.js';
import { PatchDeviceProfileRequest, UpdateDeviceProfileRequest } from './dto/update-device-profile.request.js';
import { DeviceProfilesService } from './device-profiles.service.js';

/** The kinds of devices. */
@ApiTags('device-profiles')
@Controller('api/v1/device-profiles')
@UseInterceptors(EntityTags)
export class DeviceProfilesController {
  constructor(private readonly profiles: DeviceProfilesService) {}

  @Get()
  @AdmitsReaders()
  @ApiOperation({ summary: 'List device profiles' })
  @ApiPage(DeviceProfileResponse)
  async list(
    @CurrentTenant() tenant: Tenant,
    @Query() query: ListDeviceProfilesQuery,
  ): Promise<Page<DeviceProfileResponse>> {
    const { rows, total } = await this.profiles.list(tenant, query);
    return new Page(
      rows.map((profile) => new DeviceProfileResponse(profile)),
      total,
    );
  }

  @Post()
  @AdmitsEditors()
  @ApiOperation({ summary: 'Make a device profile' })
  @ApiCreatedResponse({ type: DeviceProfileResponse })
  @ApiProblems(409)
  async create(
    @CurrentTenant() tenant: Tenant,
    @Body() request: CreateDeviceProfileRequest,
  ): Promise<DeviceProfileResponse> {
    return new DeviceProfileResponse(await this.profiles.create(tenant, request));
  }

  @Get(':id')
  @AdmitsReaders()
  @ApiOperation({ summary: 'Get a device profile' })
  @ApiOkResponse({ type: DeviceProfileResponse })
  async get(@CurrentTenant() tenant: Tenant, @Param('id', IdPipe) id: string): Promise<DeviceProfileResponse> {
    return new DeviceProfileResponse(await this.profiles.get(tenant, id));
  }

  @Put(':id')
  @AdmitsEditors()
  @ApiOperation({ summary: 'Change a device profile; absent fields stay, null clears' })
  @ApiOkResponse({ type: DeviceProfileResponse })
  @ApiProblems(409)
  @ApiIfMatch()
  async update(
    @CurrentTenant() tenant: Tenant,
    @Param('id', IdPipe) id: string,
    @Body() request: UpdateDeviceProfileRequest,
    @IfMatch() ifMatch: string | undefined,
  ): Promise<DeviceProfileResponse> {
    return new DeviceProfileResponse(await this.profiles.update(tenant, id, request, { mode: 'replace', ifMatch }));
  }

  @Patch(':id')
  @AdmitsEditors()
  @ApiOperation({
    summary: 'Change a device profile by a JSON merge patch, which reaches into its schema and defaults',
  })
  @ApiOkResponse({ type: DeviceProfileResponse })
  @ApiProblems(409)
  @ApiIfMatch()
  async patch(
    @CurrentTenant() tenant: Tenant,
    @Param('id', IdPipe) id: string,
    @Body() request: PatchDeviceProfileRequest,
    @IfMatch() ifMatch: string | undefined,
  ): Promise<DeviceProfileResponse> {
    return new DeviceProfileResponse(await this.profiles.update(tenant, id, request, { mode: 'merge', ifMatch }));
  }

  @Delete(':id')
  @HttpCode(204)
  @AdmitsEditors()
  @ApiOperation({ summary: 'Delete a device profile; 409 while devices or keys name it, unless force' })
  @ApiNoContentResponse()
  @ApiProblems(409)
  @ApiIfMatch()
  async remove(
    @CurrentTenant() tenant: Tenant,
    @Param('id', IdPipe) id: string,
    @Query() { force }: ForceQuery,
    @IfMatch() ifMatch: string | undefined,
  ): Promise<void> {
    await this.profiles.remove(tenant, id, { force, ifMatch });
  }
}
