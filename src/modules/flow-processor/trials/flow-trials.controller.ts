import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { IdPipe } from '../../../core/http/id.pipe.js';
import { ApiProblems } from '../../../core/http/problems/api-problems.decorator.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { AdmitsEditors } from '../../auth/access.decorator.js';
import { CurrentTenant } from '../../auth/principal.decorator.js';
import { TestFlowRequest, TestGraphRequest } from './dto/test-flow.request.js';
import { TestFlowResponse } from './dto/test-flow.response.js';
import { FlowTrials } from './flow-trials.service.js';

/** Flows on trial: what they would do, without doing it. */
@ApiTags('flows')
@Controller('api/v1/flows')
export class FlowTrialsController {
  constructor(private readonly trials: FlowTrials) {}

  @Post('test')
  @HttpCode(200)
  @AdmitsEditors()
  @ApiOperation({ summary: 'Try a graph that is not saved on a sample or a stored event; no delivery leaves' })
  @ApiOkResponse({ type: TestFlowResponse })
  @ApiProblems(422)
  async tryDraft(@CurrentTenant() tenant: Tenant, @Body() request: TestGraphRequest): Promise<TestFlowResponse> {
    return new TestFlowResponse(await this.trials.tryDraft(tenant, request, request));
  }

  @Post(':id/test')
  @HttpCode(200)
  @AdmitsEditors()
  @ApiOperation({ summary: 'Try a flow on a sample or a stored event; no delivery leaves, nothing is stored' })
  @ApiOkResponse({ type: TestFlowResponse })
  async tryStored(
    @CurrentTenant() tenant: Tenant,
    @Param('id', IdPipe) id: string,
    @Body() request: TestFlowRequest,
  ): Promise<TestFlowResponse> {
    return new TestFlowResponse(await this.trials.tryStored(tenant, id, request));
  }
}
