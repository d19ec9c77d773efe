import { Injectable } from '@nestjs/common';
import { finished, type Readable } from 'node:stream';
import { ImagesBusy } from './image.errors.js';

/** Of pixels, in one process: three of the largest pictures, or some eight hundred of a display's size. */
const maxBytes = 192 * 1024 * 1024;
/** A reader who is slower than this holds memory that others want. */
const maxSendMs = 60_000;

/** Counts the pixels that lie in memory until they are sent, and lets nobody hold them for long. */
@Injectable()
export class PicturesInHand {
  private bytes = 0;

  /** @throws ImagesBusy; else what must be called in the end */
  take(bytes: number): () => void {
    if (this.bytes + bytes > maxBytes) throw new ImagesBusy();
    this.bytes += bytes;
    let isTaken = true;
    return () => {
      if (isTaken) this.bytes -= bytes;
      isTaken = false;
    };
  }

  /** Lets go when the stream has ended, however it does, and ends it when it takes too long. */
  untilSent(stream: Readable, letGo: () => void): Readable {
    const timer = setTimeout(() => stream.destroy(), maxSendMs).unref();
    finished(stream, () => {
      clearTimeout(timer);
      letGo();
    });
    return stream;
  }
}
