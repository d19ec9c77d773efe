import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { map, type Observable } from 'rxjs';
import { Settings } from '../../config/settings.js';
import { requestUrlOf } from '../public-url.js';
import { CursorPage } from './cursor-page.js';
import { pageHeaders } from './page-headers.js';
import { Page } from './page.js';

/** Turns every page that a controller returns into a bare array and headers. */
@Injectable()
export class PagingInterceptor implements NestInterceptor {
  constructor(private readonly settings: Settings) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(
      map((answer: unknown) => {
        if (!isPage(answer)) return answer;
        const http = context.switchToHttp();
        const url = requestUrlOf(http.getRequest<FastifyRequest>(), this.settings);
        http.getResponse<FastifyReply>().headers(pageHeaders(answer, url));
        return answer.items;
      }),
    );
  }
}

function isPage(answer: unknown): answer is Page<unknown> | CursorPage<unknown> {
  return answer instanceof Page || answer instanceof CursorPage;
}
