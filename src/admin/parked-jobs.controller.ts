import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { IdPipe } from '../core/http/id.pipe.js';
import { ApiCursorPage } from '../core/http/paging/api-page.decorator.js';
import { CursorPage } from '../core/http/paging/cursor-page.js';
import { ApiProblems } from '../core/http/problems/api-problems.decorator.js';
import { ParkedJobsService } from '../core/queue/parked-jobs.service.js';
import { Admits } from '../modules/auth/access.decorator.js';
import { ListParkedJobsQuery } from './dto/list-parked-jobs.query.js';
import { ParkedJobResponse } from './dto/parked-job.response.js';
import { JobReleasesService } from './job-releases.service.js';

/** Jobs that were given up because they end the process that runs them: for the platform's operator, over all tenants. */
@ApiTags('admin')
@Controller('api/v1/admin/jobs')
export class ParkedJobsController {
  constructor(
    private readonly jobs: ParkedJobsService,
    private readonly releases: JobReleasesService,
  ) {}

  @Get()
  @Admits({ superuser: true })
  @ApiOperation({ summary: 'List the parked jobs of all tenants, newest first' })
  @ApiCursorPage(ParkedJobResponse)
  @ApiProblems()
  async list(@Query() query: ListParkedJobsQuery): Promise<CursorPage<ParkedJobResponse>> {
    const page = await this.jobs.list(query.state, query);
    return new CursorPage(
      page.items.map((job) => new ParkedJobResponse(job)),
      page.nextCursor,
      page.total,
    );
  }

  @Post(':job_id/release')
  @HttpCode(200)
  @Admits({ superuser: true })
  @ApiOperation({ summary: 'Let a parked job run again: at once, with nothing beside it' })
  @ApiOkResponse({ type: ParkedJobResponse })
  @ApiProblems(404)
  async release(@Param('job_id', IdPipe) jobId: string): Promise<ParkedJobResponse> {
    return new ParkedJobResponse(await this.releases.release(jobId));
  }
}
