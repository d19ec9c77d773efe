import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Tenant } from '../../core/tenancy/tenant.js';
import { AdmitsReaders } from '../auth/access.decorator.js';
import { CurrentTenant } from '../auth/principal.decorator.js';
import { SearchQuery } from './dto/search.query.js';
import { SearchResponse } from './dto/search.response.js';
import { SearchService } from './search.service.js';

/** One box for everything. */
@ApiTags('search')
@Controller('api/v1/search')
export class SearchController {
  constructor(private readonly searching: SearchService) {}

  @Get()
  @AdmitsReaders()
  @ApiOperation({
    summary: 'Find devices, functions, flows, integrations, labels and places by parts of what they are called',
    description:
      'First what the query names (an id, DevEUI, MAC, UUID or serial number), then names that begin with it, then what ' +
      'holds all of its words; where nothing does, what is spelt like it. Less than three letters in a row find only the ' +
      'beginnings of device names.',
  })
  @ApiOkResponse({ type: SearchResponse })
  async search(@CurrentTenant() tenant: Tenant, @Query() query: SearchQuery): Promise<SearchResponse> {
    return new SearchResponse(await this.searching.search(tenant, query.query, query.resource_types, query.limit));
  }
}
