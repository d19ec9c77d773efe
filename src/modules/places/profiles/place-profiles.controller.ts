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
import { CreatePlaceProfileRequest } from './dto/create-place-profile.request.js';
import { ListPlaceProfilesQuery } from './dto/list-place-profiles.query.js';
import { PlaceProfileResponse } from './dto/place-profile.response.js';
import { UpdatePlaceProfileRequest } from './dto/update-place-profile.request.js';
import { PlaceProfilesService } from './place-profiles.service.js';

/** The kinds of places. */
@ApiTags('places')
@Controller('api/v1/place-profiles')
@UseInterceptors(EntityTags)
export class PlaceProfilesController {
  constructor(private readonly profiles: PlaceProfilesService) {}

  @Get()
  @AdmitsReaders()
  @ApiOperation({ summary: 'List place profiles' })
  @ApiPage(PlaceProfileResponse)
  async list(
    @CurrentTenant() tenant: Tenant,
    @Query() query: ListPlaceProfilesQuery,
  ): Promise<Page<PlaceProfileResponse>> {
    const { rows, total } = await this.profiles.list(tenant, query);
    return new Page(
      rows.map((profile) => new PlaceProfileResponse(profile)),
      total,
    );
  }

  @Post()
  @AdmitsEditors()
  @ApiOperation({ summary: 'Make a place profile' })
  @ApiCreatedResponse({ type: PlaceProfileResponse })
  @ApiProblems(409)
  async create(
    @CurrentTenant() tenant: Tenant,
    @Body() request: CreatePlaceProfileRequest,
  ): Promise<PlaceProfileResponse> {
    return new PlaceProfileResponse(await this.profiles.create(tenant, request));
  }

  @Get(':id')
  @AdmitsReaders()
  @ApiOperation({ summary: 'Get a place profile' })
  @ApiOkResponse({ type: PlaceProfileResponse })
  async get(@CurrentTenant() tenant: Tenant, @Param('id', IdPipe) id: string): Promise<PlaceProfileResponse> {
    return new PlaceProfileResponse(await this.profiles.get(tenant, id));
  }

  @Put(':id')
  @AdmitsEditors()
  @ApiOperation({ summary: 'Change a place profile; absent fields stay, null clears' })
  @ApiOkResponse({ type: PlaceProfileResponse })
  @ApiProblems(409)
  @ApiIfMatch()
  async update(
    @CurrentTenant() tenant: Tenant,
    @Param('id', IdPipe) id: string,
    @Body() request: UpdatePlaceProfileRequest,
    @IfMatch() ifMatch: string | undefined,
  ): Promise<PlaceProfileResponse> {
    return new PlaceProfileResponse(await this.profiles.update(tenant, id, request, ifMatch));
  }

  @Patch(':id')
  @AdmitsEditors()
  @ApiOperation({ summary: 'Change a place profile by a JSON merge patch' })
  @ApiOkResponse({ type: PlaceProfileResponse })
  @ApiProblems(409)
  @ApiIfMatch()
  async patch(
    @CurrentTenant() tenant: Tenant,
    @Param('id', IdPipe) id: string,
    @Body() request: UpdatePlaceProfileRequest,
    @IfMatch() ifMatch: string | undefined,
  ): Promise<PlaceProfileResponse> {
    return this.update(tenant, id, request, ifMatch);
  }

  @Delete(':id')
  @HttpCode(204)
  @AdmitsEditors()
  @ApiOperation({ summary: 'Delete a place profile; 409 while places are of it, unless force' })
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
