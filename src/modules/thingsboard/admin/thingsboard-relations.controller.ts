import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../../../core/http/problems/api-problems.decorator.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { AdmitsEditors, AdmitsReaders } from '../../auth/access.decorator.js';
import { CurrentTenant } from '../../auth/principal.decorator.js';
import { adminCalls } from './admin-calls.js';
import { relationOf, RelationQuery } from './dto/relation.query.js';
import { RelationResponse } from './dto/relation.response.js';
import { relationIn } from './given-entity.rules.js';
import { ThingsBoardRelationsService } from './thingsboard-relations.service.js';

const end = () => ({
  type: 'object' as const,
  required: ['id', 'entityType'],
  properties: {
    id: { type: 'string' as const, format: 'uuid' },
    entityType: { type: 'string' as const, enum: ['ASSET', 'DEVICE'] },
  },
});

/** What stands in what, as ThingsBoard's scripts ask and say. Only with THINGSBOARD_API. */
@ApiTags('thingsboard')
@Controller('api/relation')
export class ThingsBoardRelationsController {
  constructor(private readonly relations: ThingsBoardRelationsService) {}

  @Get('info')
  @AdmitsReaders()
  @RouteConfig(adminCalls)
  @ApiOperation({ operationId: 'getThingsBoardRelation', summary: 'Get a relation; 404: the one is not in the other' })
  @ApiOkResponse({ type: RelationResponse })
  @ApiProblems(404)
  async get(@CurrentTenant() tenant: Tenant, @Query() query: RelationQuery): Promise<RelationResponse> {
    return new RelationResponse(await this.relations.get(tenant, relationOf(query)));
  }

  @Post()
  @HttpCode(200)
  @AdmitsEditors()
  @RouteConfig(adminCalls)
  @ApiOperation({ operationId: 'saveThingsBoardRelation', summary: 'Put a place or a device into a place' })
  @ApiBody({
    schema: {
      type: 'object',
      required: ['from', 'to', 'type'],
      properties: { from: end(), to: end(), type: { type: 'string', enum: ['Contains'] } },
    },
  })
  @ApiOkResponse({ description: 'It stands there.' })
  @ApiProblems(404, 409, 422)
  async save(@CurrentTenant() tenant: Tenant, @Body() body: unknown): Promise<void> {
    await this.relations.save(tenant, relationIn(body));
  }
}
