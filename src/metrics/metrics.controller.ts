import { Controller, Get, Header, Headers } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiExcludeController } from '@nestjs/swagger';
import { Settings } from '../core/config/settings.js';
import { hashSecret, verifySecretHash } from '../core/crypto/secret-hash.js';
import { quietRoute } from '../core/logging/request-log.js';
import { Metrics } from '../core/metrics/metrics.js';
import { Public } from '../modules/auth/access.decorator.js';
import { MetricsTokenWrong } from './metrics-token-wrong.error.js';

/** What Prometheus scrapes. */
@ApiExcludeController()
@Controller('metrics')
export class MetricsController {
  constructor(
    private readonly metrics: Metrics,
    private readonly settings: Settings,
  ) {}

  @Get()
  @Public()
  @RouteConfig(quietRoute)
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  async read(@Headers('authorization') authorization = ''): Promise<string> {
    const { metricsToken } = this.settings;
    const given = /^bearer +(.+)$/i.exec(authorization)?.[1] ?? '';
    if (metricsToken !== undefined && !verifySecretHash(given, hashSecret(metricsToken))) throw new MetricsTokenWrong();
    return this.metrics.text();
  }
}
