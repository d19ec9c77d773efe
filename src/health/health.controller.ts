import { Controller, Get, Header, HttpStatus, Res } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiOkResponse, ApiOperation, ApiServiceUnavailableResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { quietRoute } from '../core/logging/request-log.js';
import { Public } from '../modules/auth/access.decorator.js';
import { HealthResponse } from './health.response.js';
import type { HealthReport } from './health-report.js';
import { HealthService } from './health.service.js';

/** What load balancers, Kubernetes and people ask first. */
@ApiTags('health')
@Controller()
export class HealthController {
  constructor(private readonly health: HealthService) {}

  @Get('api/health')
  @Public()
  @RouteConfig(quietRoute)
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'How this process is' })
  @ApiOkResponse({ type: HealthResponse })
  @ApiServiceUnavailableResponse({ type: HealthResponse })
  async read(@Res({ passthrough: true }) reply: FastifyReply): Promise<HealthResponse> {
    return answer(await this.health.health(), reply);
  }

  @Get('health/live')
  @Public()
  @RouteConfig(quietRoute)
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Whether the process answers at all; asks nobody else' })
  @ApiOkResponse({ type: HealthResponse })
  live(): HealthResponse {
    return { status: 'healthy' };
  }

  @Get('health/ready')
  @Public()
  @RouteConfig(quietRoute)
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Whether the process can do its work now' })
  @ApiOkResponse({ type: HealthResponse })
  @ApiServiceUnavailableResponse({ type: HealthResponse })
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<HealthResponse> {
    return answer(await this.health.readiness(), reply);
  }
}

function answer(report: HealthReport, reply: FastifyReply): HealthReport {
  if (report.status === 'unhealthy') reply.status(HttpStatus.SERVICE_UNAVAILABLE);
  return report;
}
