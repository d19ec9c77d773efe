import { Injectable, Logger } from '@nestjs/common';
import { Transactions } from '../../../../core/database/transactions.js';
import type { Tx } from '../../../../core/database/tx.js';
import { Lanes } from '../../../../core/queue/lanes.js';
import { LaneStates, type LaneState } from '../../../../core/queue/lane-states.js';
import type { Tenant } from '../../../../core/tenancy/tenant.js';
import { Clock } from '../../../../core/time/clock.js';
import {
  Channels,
  type AttemptOutcome,
  type DestinationRef,
  type DestinationType,
} from '../../channels/channels.service.js';
import { deadAfterMs, probeDelayMs, RecentFailures, signOf, type Sign } from './failures.rules.js';

/** A destination that fails now and then must not have its row written with every change of its luck. */
const noteEveryMs = 60_000;
const manyDestinations = 10_000;
const breaker = 'breaker';

interface Known {
  recent: RecentFailures;
  notedAtMs: number;
  /** The lane was seen blocked: when it opens again, counting begins anew. */
  sawBlock: boolean;
}

/** One attempt at one destination. */
interface Lesson {
  tenant: Tenant;
  type: DestinationType;
  id: string;
  sign: Sign;
  isProbe: boolean;
  state: LaneState;
  known: Known;
}

/**
 * Learns from each attempt how its destination is. One that fails too much is left alone: its lane is blocked, until a
 * single probe gets through. One that does nothing but fail for 120 hours is disabled. What is counted is counted in
 * this process alone; what follows is written to the lane, for all.
 */
@Injectable()
export class Breaker {
  private readonly logger = new Logger(Breaker.name);
  private readonly known = new Map<string, Known>();
  private readonly writing = new Set<string>();

  constructor(
    private readonly lanes: Lanes,
    private readonly states: LaneStates,
    private readonly transactions: Transactions,
    private readonly channels: Channels,
    private readonly clock: Clock,
  ) {}

  /** Never throws: a lane that could not be written now is written after the next attempt. */
  async learn(tenant: Tenant, { type, id }: DestinationRef, outcome: AttemptOutcome, isProbe: boolean): Promise<void> {
    try {
      // A probe is only ever claimed from a blocked lane; what is remembered may be a second behind.
      const state = await (isProbe ? this.states.getAnew(tenant, id) : this.states.get(tenant, id));
      await this.apply({ tenant, type, id, sign: signOf(outcome), isProbe, state, known: this.knownOf(id, state) });
    } catch (error) {
      this.logger.warn({ err: error, [type]: id }, 'what an attempt says about its destination was not noted');
    }
  }

  private async apply(lesson: Lesson): Promise<void> {
    const { sign, isProbe, state, known } = lesson;
    if (sign === 'unknown') {
      // The lane's only probe told nothing: the next one need not wait for the time that a failed one would cost.
      if (isProbe && state.block !== null) await this.probeAgain(lesson, state.block.failedProbes, 0);
    } else if (sign === 'working') {
      known.recent.note(false, this.clock.nowMs());
      if (state.block !== null || state.failingSinceMs !== null) await this.noteWorking(lesson);
    } else {
      await this.noteFailing(lesson);
      if (sign === 'failing') await this.leaveAlone(lesson);
      else if (state.block !== null) await this.unblock(lesson);
    }
  }

  private async leaveAlone(lesson: Lesson): Promise<void> {
    const { tenant, id, isProbe, state, known } = lesson;
    if (state.block !== null) {
      // What was under way when it was blocked fails too, and says nothing new.
      if (isProbe) await this.probeAgain(lesson, state.block.failedProbes + 1);
    } else if (known.recent.note(true, this.clock.nowMs())) {
      known.recent = new RecentFailures();
      await this.once('block', id, (tx) => this.lanes.block(tx, tenant, id, breaker, probeDelayMs(0)));
    }
  }

  private async probeAgain(
    { tenant, id }: Lesson,
    failedProbes: number,
    delayMs = probeDelayMs(failedProbes),
  ): Promise<void> {
    await this.transactions.run((tx) => this.lanes.blockOn(tx, tenant, id, failedProbes, delayMs));
  }

  private async unblock({ tenant, id }: Lesson): Promise<void> {
    await this.once('unblock', id, (tx) => this.lanes.unblock(tx, tenant, id));
  }

  private async noteWorking({ tenant, id }: Lesson): Promise<void> {
    await this.once('working', id, (tx) => this.lanes.noteWorking(tx, tenant, id));
  }

  private async noteFailing(lesson: Lesson): Promise<void> {
    const { tenant, id, state, known } = lesson;
    const nowMs = this.clock.nowMs();
    if (state.failingSinceMs !== null) {
      if (nowMs - state.failingSinceMs >= deadAfterMs) await this.disable(lesson);
    } else if (nowMs - known.notedAtMs >= noteEveryMs) {
      known.notedAtMs = nowMs;
      await this.once('failing', id, (tx) => this.lanes.noteFailing(tx, tenant, id));
    }
  }

  /** Its owner's row goes first: a crash before that leaves the lane failing, and the next failure asks again. */
  private async disable({ tenant, type, id }: Lesson): Promise<void> {
    await this.alone(`disable:${id}`, () => this.channels.get(type).disable(tenant, id, 'failing'));
  }

  private async once(what: string, id: string, work: (tx: Tx) => Promise<boolean>): Promise<void> {
    await this.alone(`${what}:${id}`, () => this.transactions.run(work));
  }

  /** Many attempts end in the same moment and have the same to say: one of them says it. */
  private async alone(key: string, work: () => Promise<unknown>): Promise<void> {
    if (this.writing.has(key)) return;
    this.writing.add(key);
    try {
      await work();
    } finally {
      this.writing.delete(key);
    }
  }

  private knownOf(id: string, { block }: LaneState): Known {
    const known = this.known.get(id) ?? { recent: new RecentFailures(), notedAtMs: -Infinity, sawBlock: false };
    if (known.sawBlock && block === null) known.recent = new RecentFailures();
    known.sawBlock = block !== null;
    this.known.delete(id);
    this.known.set(id, known);
    const oldest = this.known.keys().next().value;
    if (this.known.size > manyDestinations && oldest !== undefined) this.known.delete(oldest);
    return known;
  }
}
