import { setTimeout as pause } from 'node:timers/promises';
import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import type { Tenant } from '../../core/tenancy/tenant.js';
import { Clock } from '../../core/time/clock.js';
import type { StandingCheck } from '../auth/standing-access.service.js';
import { LiveHub } from './live-hub.js';
import type { LiveFilter } from './live-item.contract.js';
import { LiveListener } from './live-listener.js';
import { StreamsClosed, TooManyStreams } from './live.errors.js';
import { resumptionOf } from './resume.rules.js';
import { LiveSources } from './sources/live-sources.js';
import { heartbeatFrame, openingFrame } from './sse-format.rules.js';
import { SseStream } from './sse-stream.js';

/** On one server. Pages of a team, and a wall of screens. */
const maxPerTenant = 100;
/** Also how soon a stream ends whose token, key or role has gone: well within a minute. */
const tendEveryMs = 15_000;
/** Who reads nothing for so long has gone, and nobody has said so. */
const losesAtMostMs = 60_000;
/** A message that was received before somebody began to listen may be committed after it. */
const committedWithinMs = 2_000;
const goodbyeMs = 1_000;

/** Who wants to hear what, and from where on. */
export interface StreamRequest {
  tenant: Tenant;
  filter: LiveFilter;
  /** The id of the last item that the client got, if it comes again. */
  lastEventId: string | undefined;
  isAdmitted: StandingCheck;
}

/** Opens streams of what happens in a tenant, keeps them alive, and closes those that nobody may read any more. */
@Injectable()
export class EventStreamsService implements BeforeApplicationShutdown {
  private readonly logger = new Logger(EventStreamsService.name);
  private readonly opened = new Set<LiveListener>();
  private timer: NodeJS.Timeout | undefined;
  private isStopped = false;

  constructor(
    private readonly hub: LiveHub,
    private readonly sources: LiveSources,
    private readonly clock: Clock,
  ) {}

  get openCount(): number {
    return this.opened.size;
  }

  /** Answers at once; what was missed and what happens is written into the stream. */
  open({ tenant, filter, lastEventId, isAdmitted }: StreamRequest): SseStream {
    if (this.isStopped) throw new StreamsClosed('this server is about to stop');
    const open = [...this.opened].filter((listener) => listener.tenant.id === tenant.id).length;
    if (open >= maxPerTenant) throw new TooManyStreams(`${maxPerTenant.toString()} streams are open already`);
    const listener = new LiveListener(tenant, filter, new SseStream(), isAdmitted);
    const { stream } = listener;
    this.opened.add(listener);
    stream.once('close', () => {
      this.opened.delete(listener);
      this.hub.leave(listener);
    });
    stream.send(openingFrame);
    this.begin(listener, lastEventId).catch((error: unknown) => {
      this.logger.warn({ err: error }, 'a stream could not be begun; its client comes again');
      stream.end();
    });
    this.timer ??= setInterval(() => void this.tend(), tendEveryMs).unref();
    return stream;
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.isStopped = true;
    clearInterval(this.timer);
    const streams = [...this.opened].map(({ stream }) => stream);
    for (const stream of streams) stream.end();
    if (streams.length === 0) return;
    const closed = streams.map((stream) => new Promise((resolve) => stream.once('close', resolve)));
    await Promise.race([Promise.all(closed), pause(goodbyeMs, undefined, { ref: false })]);
    for (const stream of streams) stream.destroy();
  }

  /** Runs by itself; tests call it instead of waiting. */
  async tend(): Promise<void> {
    await Promise.all([...this.opened].map((listener) => this.tendOne(listener)));
  }

  private async tendOne({ stream, isAdmitted }: LiveListener): Promise<void> {
    if (stream.losingForMs > losesAtMostMs) {
      stream.destroy();
      return;
    }
    // Nobody can tell: then it is as it was.
    if (await isAdmitted().catch(() => true)) stream.send(heartbeatFrame);
    else stream.end();
  }

  private async begin(listener: LiveListener, lastEventId: string | undefined): Promise<void> {
    const sinceMs = this.clock.nowMs() - committedWithinMs;
    const known = await this.sources.idsSince(listener.tenant, sinceMs, new Set(listener.filter.types));
    const unsureForMs = await this.hub.join(listener);
    if (listener.stream.destroyed) this.hub.leave(listener);
    if (lastEventId === undefined) listener.know(known);
    else await this.resume(listener, lastEventId);
    if (unsureForMs > 0) {
      await pause(unsureForMs, undefined, { ref: false });
      await this.catchUp(listener, sinceMs);
    }
    listener.ready();
  }

  private async resume(listener: LiveListener, lastEventId: string): Promise<void> {
    const resumption = resumptionOf(lastEventId, this.clock.nowMs());
    if ('reset' in resumption) listener.reset(resumption.reset);
    else await this.catchUp(listener, resumption.fromMs);
  }

  private async catchUp(listener: LiveListener, fromMs: number): Promise<void> {
    const wanted = new Set(listener.filter.types);
    const { items, isCut } = await this.sources.since(listener.tenant, fromMs, wanted);
    if (isCut) listener.reset('too_many');
    for (const item of items) listener.tell(item);
  }
}
