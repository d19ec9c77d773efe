import { Controller, Get, Headers, Query, Req, Res } from '@nestjs/common';
import { ApiHeader, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ApiProblems } from '../../core/http/problems/api-problems.decorator.js';
import type { Tenant } from '../../core/tenancy/tenant.js';
import { AdmitsReaders, readers } from '../auth/access.decorator.js';
import { CurrentTenant, type AuthenticatedRequest } from '../auth/principal.decorator.js';
import { StandingAccess } from '../auth/standing-access.service.js';
import { EventStreamQuery } from './dto/event-stream.query.js';
import { EventStreamsService } from './event-streams.service.js';
import { liveTypes } from './live-item.contract.js';

const description = `Server-sent events. To be read by fetch: the credential goes into the header, as everywhere.

- \`device_event\`, \`status_change\`: as in the history of devices · \`flow_run\`: a run that has ended, as in the history of flows ·
  \`delivery_failed\`: as in the history of integrations. The \`id\` of each is its row's. An event that a codec
  decodes is told again, with what came of it.
- \`ready\`: nothing is missed from here on; lists that are read now are kept whole by what follows.
- \`reset\` \`{"reason": "unknown_id" | "too_old" | "too_many" | "too_slow"}\`: something was missed, read the lists anew.

Come again with \`Last-Event-ID\`: what happened since, within ten minutes, is told first. An \`id\` may come twice then. A stream ends
with its token; comments keep it alive.`;

/** What happens in the tenant, as it happens. */
@ApiTags('events')
@Controller('api/v1/events')
export class EventStreamController {
  constructor(
    private readonly streams: EventStreamsService,
    private readonly access: StandingAccess,
  ) {}

  @Get('stream')
  @AdmitsReaders()
  @ApiOperation({ summary: 'Listen to what happens', description })
  @ApiHeader({ name: 'Last-Event-ID', required: false, description: 'The `id` of the last item that was read.' })
  @ApiOkResponse({
    description: 'A stream that does not end by itself.',
    content: { 'text/event-stream': { schema: { type: 'string' } } },
  })
  @ApiProblems(429)
  stream(
    @CurrentTenant() tenant: Tenant,
    @Query() { types = [...liveTypes], device_id, flow_id }: EventStreamQuery,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Req() request: AuthenticatedRequest,
    @Res() reply: FastifyReply,
  ): void {
    const filter = { types, deviceId: device_id?.toLowerCase(), flowId: flow_id?.toLowerCase() };
    const isAdmitted = this.access.of(request, readers);
    const stream = this.streams.open({ tenant, filter, lastEventId, isAdmitted });
    // A HEAD has no body to read.
    if (request.method === 'HEAD') stream.end();
    void reply
      .headers({
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        // When it ends, so does the connection: a server that stops would wait for it.
        connection: 'close',
        'x-accel-buffering': 'no',
      })
      .send(stream);
  }
}
