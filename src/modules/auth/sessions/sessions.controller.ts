import { Controller, Delete, Get, HttpCode, Param, Query } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { IdPipe } from '../../../core/http/id.pipe.js';
import { ApiPage } from '../../../core/http/paging/api-page.decorator.js';
import { Page } from '../../../core/http/paging/page.js';
import { PageQuery } from '../../../core/http/paging/page.query.js';
import { Admits } from '../access.decorator.js';
import { SessionResponse } from '../dto/session.response.js';
import { CurrentPrincipal, type UserPrincipal } from '../principal.decorator.js';
import { SessionsService } from './sessions.service.js';

/** Where one is logged in, in whatever tenant. */
@ApiTags('auth')
@Controller('api/v1/auth/sessions')
@Admits({ user: 'viewer' })
export class SessionsController {
  constructor(private readonly sessions: SessionsService) {}

  @Get()
  @ApiOperation({ summary: 'List the sessions in which you are logged in, newest first' })
  @ApiPage(SessionResponse)
  async list(@CurrentPrincipal() me: UserPrincipal, @Query() query: PageQuery): Promise<Page<SessionResponse>> {
    const { rows, total } = await this.sessions.list(me.userId, query);
    return new Page(
      rows.map((session) => new SessionResponse(session, me.sessionId)),
      total,
    );
  }

  @Get(':id')
  @ApiOperation({ summary: 'Get one of your sessions' })
  @ApiOkResponse({ type: SessionResponse })
  async get(@CurrentPrincipal() me: UserPrincipal, @Param('id', IdPipe) id: string): Promise<SessionResponse> {
    return new SessionResponse(await this.sessions.get(me.userId, id), me.sessionId);
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'End one of your sessions; its tokens are refused from now on' })
  @ApiNoContentResponse()
  async end(@CurrentPrincipal() me: UserPrincipal, @Param('id', IdPipe) id: string): Promise<void> {
    await this.sessions.end(me, id);
  }
}
