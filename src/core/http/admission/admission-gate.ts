import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';

/** Whoever would wait longer than this is told so at once. ChirpStack waits for five seconds and does not come again. */
const longestWaitMs = 500;
/** What waits inside is only half of it when there is no end to them: others wait in their sockets, unseen. */
const longestWaitInCrowdMs = 250;
/** A thread that has not rested for a second is behind, and gets no nearer by taking more. */
const lookEveryMs = 250;
const restlessLooks = 4;
const isRestless = (utilization: number) => utilization > 0.95;
/**
 * So few are always let in: while the database stalls they wait for the spool, which takes them after two seconds. It is two
 * seconds of a fleet that sends 200 a second: a machine that is busy with something else must not cost it a message.
 */
const few = 512;
/** Each costs some ten kilobytes beside its body, and the journal holds no more. */
const many = 5_000;
const manyBytes = 64 * 1024 * 1024;
/** A burst comes before anything has been measured. */
const firstGuessMs = 0.5;
/** Of one answer in the estimate: after a hundred it says how things are now. */
const weight = 1 / 32;
/** With fewer before it a message waits for the disk rather than for its turn, and tells nothing about a crowd. */
const crowd = 16;

/** One message that was let in; `leave` it exactly once. */
export interface Admitted {
  readonly bytes: number;
  readonly enteredAtMs: number;
  /** How many were inside before it. */
  readonly before: number;
}

/**
 * Lets in as many messages at once as can be answered in time, and no more bytes than memory has room for. What a
 * newcomer will wait is what each of those before it has taken lately, so a slower machine, database or disk lets in
 * fewer by itself, and a burst that can be carried is not refused because it came all at once.
 */
@Injectable()
export class AdmissionGate implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private restless = 0;
  private inside = 0;
  private bytesInside = 0;
  private turnMs = firstGuessMs;

  onApplicationBootstrap(): void {
    let last = performance.eventLoopUtilization();
    this.timer = setInterval(() => {
      const now = performance.eventLoopUtilization();
      this.look(performance.eventLoopUtilization(now, last).utilization);
      last = now;
    }, lookEveryMs);
    this.timer.unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** Which part of the time since the last look this thread was busy. */
  look(utilization: number): void {
    this.restless = isRestless(utilization)
      ? Math.min(this.restless + 1, 2 * restlessLooks)
      : Math.max(this.restless - 1, 0);
  }

  /** Undefined: it would be answered late, or not at all. Its `bytes` are those that it says it has. */
  enter(bytes: number, nowMs: number): Admitted | undefined {
    const before = this.inside;
    if (before >= many || this.bytesInside + bytes > manyBytes) return undefined;
    if (before >= few && before * this.turnMs > this.longestWaitMs) return undefined;
    this.inside += 1;
    this.bytesInside += bytes;
    return { bytes, enteredAtMs: nowMs, before };
  }

  private get longestWaitMs(): number {
    return this.restless < restlessLooks ? longestWaitMs : longestWaitInCrowdMs;
  }

  leave({ bytes, enteredAtMs, before }: Admitted, nowMs: number): void {
    this.inside -= 1;
    this.bytesInside -= bytes;
    if (before < crowd) return;
    this.turnMs += ((nowMs - enteredAtMs) / before - this.turnMs) * weight;
  }
}
