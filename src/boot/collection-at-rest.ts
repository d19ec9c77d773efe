import { performance, type EventLoopUtilization } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const everyMs = 5_000;
/** Shares of the time in which the event loop did something. */
const busyFrom = 0.2;
const restingUpTo = 0.05;
/** So many looks in a row, ten seconds, that nobody is expected to come back within the 0.1 s of a collection. */
const looksAtRest = 2;

/** What the event loop did since the last look, and what gives memory back. */
export interface Engine {
  utilization(): number;
  collect(): void;
}

/**
 * V8 collects when it needs room, and a process at rest needs none: what a load has left behind stays resident for as long
 * as nothing happens. So it is collected once, after work, when nothing happens.
 */
export class CollectionAtRest {
  private hasWorked = false;
  private restingLooks = 0;

  constructor(private readonly engine: Engine) {}

  /** Looks by itself from now on; answers how to end that. */
  static begin(): () => Promise<void> {
    const collection = new CollectionAtRest(new V8Engine());
    const timer = setInterval(() => {
      collection.look();
    }, everyMs).unref();
    return () => {
      clearInterval(timer);
      return Promise.resolve();
    };
  }

  look(): void {
    const utilization = this.engine.utilization();
    this.restingLooks = utilization <= restingUpTo ? this.restingLooks + 1 : 0;
    if (utilization >= busyFrom) this.hasWorked = true;
    if (!this.hasWorked || this.restingLooks < looksAtRest) return;
    this.hasWorked = false;
    this.engine.collect();
  }
}

class V8Engine implements Engine {
  private last: EventLoopUtilization = performance.eventLoopUtilization();
  private readonly gc = exposedCollector();

  utilization(): number {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, this.last);
    this.last = now;
    return utilization;
  }

  collect(): void {
    // The last resort also gives back the pages that V8 keeps for later.
    this.gc({ type: 'major', execution: 'sync', flavor: 'last-resort' });
  }
}

type Collector = (options: object) => void;

/** V8's collector is reached without a flag of the command line, which not every way of starting us would give. */
function exposedCollector(): Collector {
  setFlagsFromString('--expose-gc');
  const gc: unknown = runInNewContext('gc');
  setFlagsFromString('--no-expose-gc');
  return typeof gc === 'function' ? (gc as Collector) : () => undefined;
}
