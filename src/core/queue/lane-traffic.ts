import { Injectable } from '@nestjs/common';
import { Clock } from '../time/clock.js';
import { TokenBucket } from './token-bucket.js';
import { WorkerLease } from './worker-lease.js';

/** What a lane's owner allows, over all workers. */
export interface LaneLimits {
  maxInFlight: number | null;
  ratePerSecond: number | null;
}

/** How busy a lane is in this process, for the claim. */
export interface LaneBusyness {
  laneId: string;
  jobs: number;
  /** Work that began before there was a job for it. */
  places: number;
  /** Null: not known to be limited. */
  tokens: number | null;
}

interface Lane {
  jobs: number;
  places: number;
  bucket: TokenBucket | null;
}

/** Work of one lane that began without a job, beside its jobs; what is beyond waits in the queue and costs nobody. */
const maxPlaces = 256;
const manyLanes = 10_000;

/**
 * Counts what is under way in each lane of deliveries here, jobs and first attempts, and holds first attempts to this
 * worker's share of the lane's limits: ceil(limit ÷ living workers). The claim is told the same counts, so that both
 * together keep to the share.
 */
@Injectable()
export class LaneTraffic {
  private readonly lanes = new Map<string, Lane>();
  private claiming = false;

  constructor(
    private readonly lease: WorkerLease,
    private readonly clock: Clock,
  ) {}

  /** A place for work that has no job yet, or undefined: it has to wait. What is answered gives the place back, once. */
  tryEnter(laneId: string, { maxInFlight, ratePerSecond }: LaneLimits): (() => void) | undefined {
    const lane = this.lane(laneId);
    this.limitRate(lane, ratePerSecond);
    if (lane.places >= maxPlaces) return undefined;
    if (maxInFlight !== null && !this.hasRoom(lane, maxInFlight)) return undefined;
    if (lane.bucket !== null && lane.bucket.available(this.clock.nowMs()) < 1) return undefined;
    lane.bucket?.take(this.clock.nowMs());
    lane.places += 1;
    let left = false;
    return () => {
      if (left) return;
      left = true;
      lane.places -= 1;
    };
  }

  /** A job was claimed from a lane of this rate. */
  spend(laneId: string, ratePerSecond: number | null): void {
    const lane = this.lane(laneId);
    this.limitRate(lane, ratePerSecond);
    lane.bucket?.take(this.clock.nowMs());
  }

  startJob(laneId: string): void {
    this.lane(laneId).jobs += 1;
  }

  endJob(laneId: string): void {
    this.lane(laneId).jobs -= 1;
  }

  /** Claims with what is busy here. Until the claim has come back, nobody takes what it may have been given. */
  async whileClaiming(claim: (busy: LaneBusyness[]) => Promise<void>): Promise<void> {
    this.claiming = true;
    try {
      await claim(this.busyness());
    } finally {
      this.claiming = false;
    }
  }

  private hasRoom({ jobs, places }: Lane, maxInFlight: number): boolean {
    return !this.claiming && jobs + places < this.lease.shareOf(maxInFlight);
  }

  private busyness(): LaneBusyness[] {
    if (this.lanes.size > manyLanes) this.forgetIdle();
    const nowMs = this.clock.nowMs();
    return [...this.lanes]
      .filter(([, { jobs, places, bucket }]) => jobs > 0 || places > 0 || bucket !== null)
      .map(([laneId, { jobs, places, bucket }]) => ({
        ...{ laneId, jobs, places },
        tokens: bucket?.available(nowMs) ?? null,
      }));
  }

  private lane(laneId: string): Lane {
    const known = this.lanes.get(laneId);
    if (known !== undefined) return known;
    const lane = { jobs: 0, places: 0, bucket: null };
    this.lanes.set(laneId, lane);
    return lane;
  }

  private limitRate(lane: Lane, ratePerSecond: number | null): void {
    if (ratePerSecond === null) {
      lane.bucket = null;
      return;
    }
    const rate = ratePerSecond / this.lease.livingWorkers;
    if (lane.bucket === null) lane.bucket = new TokenBucket(rate, this.clock.nowMs());
    else lane.bucket.changeRate(rate, this.clock.nowMs());
  }

  /** A lane that does nothing has its tokens by now, or is given a few too many once. */
  private forgetIdle(): void {
    for (const [laneId, { jobs, places }] of this.lanes) if (jobs === 0 && places === 0) this.lanes.delete(laneId);
  }
}
