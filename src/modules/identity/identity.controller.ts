import { Body, Controller, Get, HttpCode, Patch, Post } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../../core/http/problems/api-problems.decorator.js';
import { AdmitsOperator } from '../auth/access.decorator.js';
import { ChangeIdentityRequest } from './dto/change-identity.request.js';
import { IdentityChanged, IdentityResponse, ProvisionedResponse } from './dto/identity.response.js';
import { ProvisionRequest } from './dto/provision.request.js';
import { identitySays } from './identity-problems.rules.js';
import { IdentityService } from './identity.service.js';

/** What this instance itself is as a device, in document 000’s words. */
@ApiTags('identity')
@Controller('api/v1/device')
@AdmitsOperator()
export class IdentityController {
  constructor(private readonly identity: IdentityService) {}

  @Get()
  @RouteConfig({ alsoSays: identitySays })
  @ApiOperation({ operationId: 'getIdentity', summary: 'What this instance is as a device' })
  @ApiOkResponse({ type: IdentityResponse })
  async get(): Promise<IdentityResponse> {
    return new IdentityResponse(await this.identity.describe());
  }

  @Get('provisioned')
  @RouteConfig({ alsoSays: identitySays })
  @ApiOperation({ operationId: 'getProvisioned', summary: 'Whether this instance is provisioned' })
  @ApiOkResponse({ type: ProvisionedResponse })
  async provisioned(): Promise<ProvisionedResponse> {
    return new ProvisionedResponse(await this.identity.describe());
  }

  @Post('provision')
  @HttpCode(200)
  @RouteConfig({ alsoSays: identitySays })
  @ApiOperation({
    operationId: 'provisionIdentity',
    summary: 'Provision this instance here, without an upstream',
    description: 'Every field is optional: what is absent stays, or is made where there is none.',
  })
  @ApiOkResponse({ type: IdentityChanged })
  @ApiProblems(409)
  async provision(@Body() request?: ProvisionRequest): Promise<IdentityChanged> {
    return new IdentityChanged('Device provisioned successfully', await this.identity.provision(request ?? {}));
  }

  @Patch()
  @RouteConfig({ alsoSays: identitySays })
  @ApiOperation({ operationId: 'changeIdentity', summary: 'Rename this instance, or follow its upstream' })
  @ApiOkResponse({ type: IdentityChanged })
  async change(@Body() request: ChangeIdentityRequest): Promise<IdentityChanged> {
    return new IdentityChanged('Device updated', await this.identity.change(request));
  }

  @Post('reset')
  @HttpCode(200)
  @RouteConfig({ alsoSays: identitySays })
  @ApiOperation({ operationId: 'resetIdentity', summary: 'Forget everything but the uuid; the upstream is not told' })
  @ApiOkResponse({ type: IdentityChanged })
  async reset(): Promise<IdentityChanged> {
    return new IdentityChanged('Device reset successfully', await this.identity.reset());
  }
}
