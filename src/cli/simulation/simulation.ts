import { setTimeout as pause } from 'node:timers/promises';
import type { Clock } from '../../core/time/clock.js';
import { CommandFailed } from '../command.js';
import { HttpRefused } from './http-api.js';
import type { SimulatedDevice } from './simulated-fleet.js';
import { smoothReading } from './smooth-reading.rules.js';

export interface Rhythm {
  everyMs: number;
  /** Messages of each device; undefined: until it is stopped. */
  count: number | undefined;
}

/** What became of the messages. */
export interface Tally {
  sent: number;
  missed: number;
}

/** Sends what made-up devices measure, all of them in each round. A server that is away for a while misses some rounds. */
export class Simulation {
  private readonly tally: Tally = { sent: 0, missed: 0 };
  private isAway = false;

  constructor(
    private readonly devices: readonly SimulatedDevice[],
    private readonly clock: Clock,
    private readonly say: (line: string) => void,
  ) {}

  async run({ everyMs, count }: Rhythm, signal: AbortSignal): Promise<Tally> {
    for (let round = 1; !signal.aborted; round += 1) {
      await Promise.all(this.devices.map((device) => this.send(device)));
      if (round === count) break;
      await pause(everyMs, undefined, { signal }).catch(() => undefined);
    }
    return this.tally;
  }

  private async send({ number, name, api }: SimulatedDevice): Promise<void> {
    try {
      await api.post('/gateway/device-data/ingest', smoothReading(number, this.clock.nowMs()));
      this.tally.sent += 1;
      this.isAway = false;
    } catch (error) {
      const status = error instanceof HttpRefused ? error.status : 0;
      if (status === 401 || status === 403)
        throw new CommandFailed(`the key of ${name} is no longer taken`, { cause: error });
      this.tally.missed += 1;
      if (!this.isAway) this.say(error instanceof Error ? error.message : String(error));
      this.isAway = true;
    }
  }
}
