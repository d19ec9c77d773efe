import {
  applyDecorators,
  createParamDecorator,
  Injectable,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { tap, type Observable } from 'rxjs';
import { PreconditionFailed } from '../errors/precondition-failed.js';
import { ApiProblems } from './problems/api-problems.decorator.js';

/** What a tag is made of, as it stands on the wire. */
export interface Tagged {
  version: number;
  updated_at: string;
}

/** The strong ETag of one state: the version alone would miss a rename. */
export function entityTagOf({ version, updated_at }: Tagged): string {
  return `"${version}-${Date.parse(updated_at).toString(36)}"`;
}

/** Refuses an edit that was made on another state than the stored one. Without If-Match nothing is asked. */
export function assertMatches(ifMatch: string | undefined, stored: Tagged): void {
  if (ifMatch === undefined || ifMatch.trim() === '*') return;
  const tags = ifMatch.split(',').map((tag) => tag.trim());
  if (!tags.includes(entityTagOf(stored))) throw new PreconditionFailed();
}

/** Whether a client has this state already, as If-None-Match says: tags are then compared weakly (RFC 9110, 13.1.2). */
export function isAmong(ifNoneMatch: string | undefined, tag: string): boolean {
  const tags = ifNoneMatch?.split(',').map((one) => one.trim().replace(/^W\//, '')) ?? [];
  return tags.includes('*') || tags.includes(tag);
}

/** The request's If-Match header, if it sent one. */
export const IfMatch = createParamDecorator(
  (_: unknown, context: ExecutionContext) => context.switchToHttp().getRequest<FastifyRequest>().headers['if-match'],
);

/** Documents the header, and what becomes of an edit that was made on another state. */
export const ApiIfMatch = () =>
  applyDecorators(
    ApiHeader({
      name: 'If-Match',
      description: 'The ETag of the state that was edited; without it nothing is asked.',
      required: false,
      schema: { type: 'string' },
    }),
    ApiProblems(412),
  );

function isTagged(body: unknown): body is Tagged {
  return (
    typeof body === 'object' &&
    body !== null &&
    'version' in body &&
    typeof body.version === 'number' &&
    'updated_at' in body &&
    typeof body.updated_at === 'string'
  );
}

/** Puts the ETag of a versioned body on its answer. */
@Injectable()
export class EntityTags implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(
      tap((body: unknown) => {
        if (isTagged(body)) context.switchToHttp().getResponse<FastifyReply>().header('etag', entityTagOf(body));
      }),
    );
  }
}
