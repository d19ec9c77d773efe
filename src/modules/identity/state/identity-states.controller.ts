import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AdmitsOperator } from '../../auth/access.decorator.js';
import { identitySays } from '../identity-problems.rules.js';
import { SetTargetRequest } from './dto/set-target.request.js';
import {
  CurrentStateReported,
  CurrentStateResponse,
  StatesResponse,
  TargetStateResponse,
  TargetStateSet,
} from './dto/states.response.js';
import { IdentityStatesService } from './identity-states.service.js';

/** What this instance is to run and what runs on it, in document 000’s words; running it is not done here. */
@ApiTags('identity')
@Controller('api/v1/state')
@AdmitsOperator()
export class IdentityStatesController {
  constructor(private readonly states: IdentityStatesService) {}

  @Get()
  @RouteConfig({ alsoSays: identitySays })
  @ApiOperation({ operationId: 'getOwnStates', summary: 'The current and the target state of this instance' })
  @ApiOkResponse({ type: StatesResponse })
  async both(): Promise<StatesResponse> {
    return new StatesResponse(await this.states.both());
  }

  @Get('target')
  @RouteConfig({ alsoSays: identitySays })
  @ApiOperation({ operationId: 'getOwnTarget', summary: 'What this instance is to be' })
  @ApiOkResponse({ type: TargetStateResponse })
  async target(): Promise<TargetStateResponse> {
    return new TargetStateResponse(await this.states.find('target'));
  }

  @Post('target')
  @HttpCode(200)
  @RouteConfig({ alsoSays: identitySays })
  @ApiOperation({
    operationId: 'setOwnTarget',
    summary: 'Say what this instance is to be',
    description: 'Whole, not as a patch. Of an upstream’s target and this one the later counts.',
  })
  @ApiOkResponse({ type: TargetStateSet })
  async setTarget(@Body() request: SetTargetRequest): Promise<TargetStateSet> {
    return new TargetStateSet(await this.states.setTarget(request));
  }

  @Get('current')
  @RouteConfig({ alsoSays: identitySays })
  @ApiOperation({ operationId: 'getOwnState', summary: 'What runs on this instance, as it was said last' })
  @ApiOkResponse({ type: CurrentStateResponse })
  async current(): Promise<CurrentStateResponse> {
    return new CurrentStateResponse(await this.states.find('current'));
  }

  @Post('current')
  @HttpCode(200)
  @RouteConfig({ alsoSays: identitySays })
  @ApiOperation({
    operationId: 'reportOwnState',
    summary: 'Say what runs on this instance; its upstream is told',
    description: 'Any JSON object of at most 60,000 bytes: `apps`, and whatever else there is to say.',
  })
  @ApiBody({
    schema: { type: 'object', additionalProperties: true, example: { apps: { '1001': { status: 'running' } } } },
  })
  @ApiOkResponse({ type: CurrentStateReported })
  async reportCurrent(@Body() body: unknown): Promise<CurrentStateReported> {
    return new CurrentStateReported(await this.states.reportCurrent(body));
  }
}
