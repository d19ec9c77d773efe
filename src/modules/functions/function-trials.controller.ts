import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { IdPipe } from '../../core/http/id.pipe.js';
import type { Tenant } from '../../core/tenancy/tenant.js';
import { AdmitsEditors } from '../auth/access.decorator.js';
import { CurrentTenant } from '../auth/principal.decorator.js';
import { TestCodeRequest, TestFunctionRequest } from './dto/test-function.request.js';
import { TestResultResponse } from './dto/test-result.response.js';
import { FunctionTrials } from './function-trials.service.js';

/** Functions on trial: what they would do, without doing it. */
@ApiTags('functions')
@Controller('api/v1/functions')
export class FunctionTrialsController {
  constructor(private readonly trials: FunctionTrials) {}

  @Post('test')
  @HttpCode(200)
  @AdmitsEditors()
  @ApiOperation({ summary: 'Try a source on a sample or a stored event' })
  @ApiOkResponse({ type: TestResultResponse })
  async tryCode(@CurrentTenant() tenant: Tenant, @Body() request: TestCodeRequest): Promise<TestResultResponse> {
    return new TestResultResponse(await this.trials.tryCode(tenant, request.code, request));
  }

  @Post(':id/test')
  @HttpCode(200)
  @AdmitsEditors()
  @ApiOperation({ summary: 'Try a stored function on a sample or a stored event' })
  @ApiOkResponse({ type: TestResultResponse })
  async tryStored(
    @CurrentTenant() tenant: Tenant,
    @Param('id', IdPipe) id: string,
    @Body() request: TestFunctionRequest,
  ): Promise<TestResultResponse> {
    return new TestResultResponse(await this.trials.tryStored(tenant, id, request));
  }
}
