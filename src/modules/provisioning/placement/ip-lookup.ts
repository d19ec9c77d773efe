import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { Agent } from 'undici';
import { Settings } from '../../../core/config/settings.js';
import { addressOf, isGlobal } from '../../../core/egress/address.rules.js';
import { Egress } from '../../../core/egress/egress.js';
import { Deadline } from '../../../core/outbound/deadline.js';
import { messageOf } from '../../../core/outbound/told.js';
import { userAgent } from '../../../core/outbound/user-agent.js';
import { Clock } from '../../../core/time/clock.js';
import type { Whereabouts } from './site.rules.js';
import { whereaboutsLookedUp } from './whereabouts.rules.js';

/** As document 004's script waits. */
const timeoutMs = 5_000;
/** An answer of ipapi.co has less than one. */
const maxAnswerBytes = 64 * 1024;
const keptMs = 24 * 3_600_000;
/** One that failed is not asked again at once: each registration would wait for it. */
const failureKeptMs = 60_000;
const maxKept = 10_000;
const maxConnections = 8;

interface Kept {
  untilMs: number;
  answer: Promise<Whereabouts | null>;
}

/**
 * Asks ipapi.co where an address is. Whatever happens there, it answers, within five seconds and without an error: null is
 * that nobody knows.
 */
@Injectable()
export class IpLookup implements OnApplicationShutdown {
  private readonly logger = new Logger(IpLookup.name);
  private readonly kept = new Map<string, Kept>();
  private readonly ending = new AbortController();
  private agent: Agent | undefined;

  constructor(
    private readonly settings: Settings,
    private readonly egress: Egress,
    private readonly clock: Clock,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    this.ending.abort();
    await this.agent?.destroy();
  }

  /** Who is asked for the same address at once asks once. */
  async find(address: string): Promise<Whereabouts | null> {
    const { geoipUrl } = this.settings;
    const known = addressOf(address);
    // Of addresses inside nobody outside knows anything, and it is none of their business.
    if (geoipUrl === undefined || known === undefined || !isGlobal(known)) return null;
    const key = known.toString();
    const kept = this.kept.get(key);
    if (kept !== undefined && this.clock.nowMs() < kept.untilMs) return kept.answer;
    const asked = this.ask(geoipUrl, key);
    this.keep(key, asked, failureKeptMs);
    const answer = await asked;
    if (answer !== null) this.keep(key, asked, keptMs);
    return answer;
  }

  private keep(key: string, answer: Promise<Whereabouts | null>, forMs: number): void {
    this.kept.delete(key);
    this.kept.set(key, { untilMs: this.clock.nowMs() + forMs, answer });
    const [oldest] = this.kept.keys();
    if (this.kept.size > maxKept && oldest !== undefined) this.kept.delete(oldest);
  }

  private async ask(geoipUrl: string, address: string): Promise<Whereabouts | null> {
    const deadline = new Deadline(timeoutMs, this.ending.signal);
    try {
      const { origin, pathname } = this.egress.readUrl(geoipUrl);
      this.agent ??= this.egress.httpAgent({ connectTimeoutMs: timeoutMs, connections: maxConnections });
      const { statusCode, body } = await this.agent.request({
        ...{ origin, path: `${pathname.replace(/\/+$/, '')}/${encodeURIComponent(address)}/json/`, method: 'GET' },
        headers: { accept: 'application/json', 'accept-encoding': 'identity', 'user-agent': userAgent },
        signal: deadline.signal,
      });
      const text = await textOf(body);
      const answer = statusCode === 200 ? whereaboutsLookedUp(text) : null;
      if (answer === null) this.logger.warn({ status: statusCode }, 'the look-up of an address told nothing');
      return answer;
    } catch (error) {
      const reason = deadline.expired ? `no answer within ${(timeoutMs / 1_000).toString()} s` : messageOf(error);
      this.logger.warn({ reason }, 'the look-up of an address failed');
      return null;
    } finally {
      deadline.clear();
    }
  }
}

async function textOf(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > maxAnswerBytes) throw new Error('its answer is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
