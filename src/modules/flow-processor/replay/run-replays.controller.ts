import { Controller, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { IdPipe } from '../../../core/http/id.pipe.js';
import { ApiProblems } from '../../../core/http/problems/api-problems.decorator.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { AdmitsEditors } from '../../auth/access.decorator.js';
import { CurrentTenant } from '../../auth/principal.decorator.js';
import { ReplayRunQuery } from './dto/replay-run.query.js';
import { RunReplayResponse } from './dto/run-replay.response.js';
import { RunReplaysService } from './run-replays.service.js';

/** Runs that people want to see again. */
@ApiTags('flows')
@Controller('api/v1/flows')
export class RunReplaysController {
  constructor(private readonly replays: RunReplaysService) {}

  @Post(':flow_id/history/:run_id/replay')
  @HttpCode(202)
  @AdmitsEditors()
  @ApiOperation({ summary: 'Run the message of a run once more, as a new run with deliveries of its own' })
  @ApiAcceptedResponse({ type: RunReplayResponse })
  @ApiProblems(409)
  async replay(
    @CurrentTenant() tenant: Tenant,
    @Param('flow_id', IdPipe) flowId: string,
    @Param('run_id', IdPipe) runId: string,
    @Query() { version }: ReplayRunQuery,
  ): Promise<RunReplayResponse> {
    return new RunReplayResponse(await this.replays.replay(tenant, flowId, runId, version));
  }
}
