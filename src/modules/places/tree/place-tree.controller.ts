import { Body, Controller, Get, HttpCode, Param, Post, Query, UseInterceptors } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiIfMatch, EntityTags, IfMatch } from '../../../core/http/entity-tag.js';
import { IdPipe } from '../../../core/http/id.pipe.js';
import { ApiProblems } from '../../../core/http/problems/api-problems.decorator.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { AdmitsEditors, AdmitsReaders } from '../../auth/access.decorator.js';
import { CurrentTenant } from '../../auth/principal.decorator.js';
import { PlaceResponse } from '../dto/place.response.js';
import { PlacesService } from '../places.service.js';
import { MovePlaceRequest } from './dto/move-place.request.js';
import { PlaceBranchResponse } from './dto/place-branch.response.js';
import { PlaceTreeQuery } from './dto/place-tree.query.js';
import { PlaceBranches } from './place-branches.service.js';

/** The hierarchy as a whole, and moves in it. */
@ApiTags('places')
@Controller('api/v1/places')
export class PlaceTreeController {
  constructor(
    private readonly branches: PlaceBranches,
    private readonly places: PlacesService,
  ) {}

  @Get('tree')
  @AdmitsReaders()
  @ApiOperation({
    operationId: 'getPlaceTree',
    summary: 'See which places contain which',
    description: 'At most 10,000 places, the deepest left out: what is below one of them is asked for by `root`.',
  })
  @ApiOkResponse({ type: [PlaceBranchResponse] })
  @ApiProblems(404)
  async tree(@CurrentTenant() tenant: Tenant, @Query() query: PlaceTreeQuery): Promise<PlaceBranchResponse[]> {
    return (await this.branches.tree(tenant, query)).map((branch) => new PlaceBranchResponse(branch));
  }

  @Post(':id/move')
  @HttpCode(200)
  @AdmitsEditors()
  @UseInterceptors(EntityTags)
  @ApiOperation({
    operationId: 'movePlace',
    summary: 'Put a place, with all that is in it, below another or at the top',
    description: 'All of it moves or nothing; a place never comes to stand below itself, nor deeper than 32.',
  })
  @ApiOkResponse({ type: PlaceResponse })
  @ApiProblems(409, 422)
  @ApiIfMatch()
  async move(
    @CurrentTenant() tenant: Tenant,
    @Param('id', IdPipe) id: string,
    @Body() { parent_id }: MovePlaceRequest,
    @IfMatch() ifMatch: string | undefined,
  ): Promise<PlaceResponse> {
    return new PlaceResponse(await this.places.update(tenant, id, { parent_id }, { mode: 'replace', ifMatch }));
  }
}
