import { describe, expect, it } from '@jest/globals';
import { SseStream } from './sse-stream.js';

const frame = (n: number) => `event: n\ndata: ${n.toString()}\n\n`;

describe('a stream of events', () => {
  it('gives its reader every frame, and ends when it is told to', async () => {
    const stream = new SseStream();
    stream.send(frame(1));
    stream.send(frame(2));
    stream.end();
    expect(Buffer.concat(await stream.toArray()).toString()).toBe(frame(1) + frame(2));
    stream.send(frame(3));
  });

  it('keeps no more than it may for a reader that does not read, and then tells it that something was lost', () => {
    const stream = new SseStream(100);
    for (let n = 0; n < 1_000; n += 1) stream.send(frame(n));
    expect(stream.readableLength).toBeLessThanOrEqual(100);
    expect(stream.losingForMs).toBeGreaterThan(0);
    expect(String(stream.read())).toContain('data: 0\n');
    stream.send(frame(1_000));
    expect(String(stream.read())).toBe(`event: reset\ndata: {"reason":"too_slow"}\n\n${frame(1_000)}`);
    expect(stream.losingForMs).toBe(0);
  });

  it('lets a frame through that is larger than all it keeps, when nothing else waits', () => {
    const stream = new SseStream(10);
    stream.send(frame(123));
    expect(String(stream.read())).toBe(frame(123));
  });
});
