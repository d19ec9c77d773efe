import { Injectable } from '@nestjs/common';

/** First attempts under way at one destination; the next ones wait in the queue, where they cost nobody anything. */
const maxFirstAttempts = 256;

/** Counts the first attempts of this process at each destination. */
@Injectable()
export class DestinationSlots {
  private readonly taken = new Map<string, number>();

  tryTake(destinationId: string): boolean {
    const count = this.taken.get(destinationId) ?? 0;
    if (count >= maxFirstAttempts) return false;
    this.taken.set(destinationId, count + 1);
    return true;
  }

  giveBack(destinationId: string): void {
    const left = (this.taken.get(destinationId) ?? 1) - 1;
    if (left > 0) this.taken.set(destinationId, left);
    else this.taken.delete(destinationId);
  }
}
