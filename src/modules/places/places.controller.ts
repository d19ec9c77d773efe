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
import { ApiIfMatch, EntityTags, IfMatch } from '../../core/http/entity-tag.js';
import { ForceQuery } from '../../core/http/force.query.js';
import { IdPipe } from '../../core/http/id.pipe.js';
import { ApiPage } from '../../core/http/paging/api-page.decorator.js';
import { Page } from '../../core/http/paging/page.js';
import { ApiProblems } from '../../core/http/problems/api-problems.decorator.js';
import type { Tenant } from '../../core/tenancy/tenant.js';
import { AdmitsEditors, AdmitsReaders } from '../auth/access.decorator.js';
import { CurrentTenant } from '../auth/principal.decorator.js';
import { CreatePlaceRequest } from './dto/create-place.request.js';
import { ListPlacesQuery } from './dto/list-places.query.js';
import { PlaceResponse } from './dto/place.response.js';
import { PatchPlaceRequest, UpdatePlaceRequest } from './dto/update-place.request.js';
import { PlacesService } from './places.service.js';

/** The hierarchy that devices stand in. */
@ApiTags('places')
@Controller('api/v1/places')
@UseInterceptors(EntityTags)
export class PlacesController {
  constructor(private readonly places: PlacesService) {}

  @Get()
  @AdmitsReaders()
  @ApiOperation({ summary: 'List places' })
  @ApiPage(PlaceResponse)
  async list(@CurrentTenant() tenant: Tenant, @Query() query: ListPlacesQuery): Promise<Page<PlaceResponse>> {
    const { rows, total } = await this.places.list(tenant, query);
    return new Page(
      rows.map((place) => new PlaceResponse(place)),
      total,
    );
  }

  @Post()
  @AdmitsEditors()
  @ApiOperation({ summary: 'Make a place' })
  @ApiCreatedResponse({ type: PlaceResponse })
  @ApiProblems(409, 422)
  async create(@CurrentTenant() tenant: Tenant, @Body() request: CreatePlaceRequest): Promise<PlaceResponse> {
    return new PlaceResponse(await this.places.create(tenant, request));
  }

  @Get(':id')
  @AdmitsReaders()
  @ApiOperation({ summary: 'Get a place' })
  @ApiOkResponse({ type: PlaceResponse })
  async get(@CurrentTenant() tenant: Tenant, @Param('id', IdPipe) id: string): Promise<PlaceResponse> {
    return new PlaceResponse(await this.places.get(tenant, id));
  }

  @Put(':id')
  @AdmitsEditors()
  @ApiOperation({ summary: 'Change or move a place; absent fields stay, null clears' })
  @ApiOkResponse({ type: PlaceResponse })
  @ApiProblems(409, 422)
  @ApiIfMatch()
  async update(
    @CurrentTenant() tenant: Tenant,
    @Param('id', IdPipe) id: string,
    @Body() request: UpdatePlaceRequest,
    @IfMatch() ifMatch: string | undefined,
  ): Promise<PlaceResponse> {
    return new PlaceResponse(await this.places.update(tenant, id, request, { mode: 'replace', ifMatch }));
  }

  @Patch(':id')
  @AdmitsEditors()
  @ApiOperation({ summary: 'Change or move a place by a JSON merge patch' })
  @ApiOkResponse({ type: PlaceResponse })
  @ApiProblems(409, 422)
  @ApiIfMatch()
  async patch(
    @CurrentTenant() tenant: Tenant,
    @Param('id', IdPipe) id: string,
    @Body() request: PatchPlaceRequest,
    @IfMatch() ifMatch: string | undefined,
  ): Promise<PlaceResponse> {
    return new PlaceResponse(await this.places.update(tenant, id, request, { mode: 'merge', ifMatch }));
  }

  @Delete(':id')
  @HttpCode(204)
  @AdmitsEditors()
  @ApiOperation({ summary: 'Delete a place; 409 while places or devices are in it, unless force' })
  @ApiNoContentResponse()
  @ApiProblems(409)
  @ApiIfMatch()
  async remove(
    @CurrentTenant() tenant: Tenant,
    @Param('id', IdPipe) id: string,
    @Query() { force }: ForceQuery,
    @IfMatch() ifMatch: string | undefined,
  ): Promise<void> {
    await this.places.remove(tenant, id, { force, ifMatch });
  }
}
