import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { ImagesBusy } from './image.errors.js';
import { PicturesInHand } from './pictures-in-hand.js';

const mib = 1024 * 1024;

describe('pictures in hand', () => {
  it('are so many bytes and no more', () => {
    const inHand = new PicturesInHand();
    const letGo = inHand.take(150 * mib);
    expect(() => inHand.take(50 * mib)).toThrow(ImagesBusy);
    inHand.take(42 * mib);
    letGo();
    letGo();
    inHand.take(150 * mib);
    expect(() => inHand.take(1)).toThrow(ImagesBusy);
  });

  it.each([
    ['read', (stream: Readable) => stream.resume()],
    ['left', (stream: Readable) => stream.destroy()],
    ['broken', (stream: Readable) => stream.destroy(new Error('gone'))],
  ])('are let go when what is sent was %s', async (_, end) => {
    const inHand = new PicturesInHand();
    const letGo = Promise.withResolvers<undefined>();
    const stream = inHand.untilSent(Readable.from(['x']), () => {
      letGo.resolve(undefined);
    });
    stream.on('error', () => undefined);
    end(stream);
    await letGo.promise;
  });
});
