import type { Body } from './app.js';
import { eventually } from './eventually.js';

/** One event of a stream, as a client reads it. */
export interface StreamedEvent {
  event: string;
  id: string | undefined;
  data: Body;
}

/** A client of the event stream: really connected, and reading all the time. */
export class EventStreamClient {
  readonly events: StreamedEvent[] = [];
  comments = 0;
  hasEnded = false;
  private readonly abort = new AbortController();

  /** `base` is where the server listens. Answers when the server does. */
  static async open(
    base: string,
    headers: Record<string, string>,
    { query = '', isReady = true }: { query?: string; isReady?: boolean } = {},
  ): Promise<EventStreamClient> {
    const client = new EventStreamClient();
    const answer = await fetch(`${base}/api/v1/events/stream${query}`, { headers, signal: client.abort.signal });
    if (answer.status !== 200 || answer.body === null)
      throw new Error(`the stream answered ${answer.status.toString()}`);
    void client.read(answer.body);
    if (isReady) await client.next('ready');
    return client;
  }

  /** The first event of this name, when it has come. */
  async next(event: string, holds: (event: StreamedEvent) => boolean = () => true): Promise<StreamedEvent> {
    return eventually(
      () => Promise.resolve(this.events.find((one) => one.event === event && holds(one))),
      `the event ${event}; there were ${this.events.map((one) => one.event).join(', ')}`,
    );
  }

  idsOf(event: string): (string | undefined)[] {
    return this.events.filter((one) => one.event === event).map(({ id }) => id);
  }

  async ended(): Promise<void> {
    await eventually(() => Promise.resolve(this.hasEnded ? true : undefined), 'the end of the stream');
  }

  close(): void {
    this.abort.abort();
  }

  private async read(body: ReadableStream<Uint8Array>): Promise<void> {
    let text = '';
    try {
      for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
        text += chunk;
        const frames = text.split('\n\n');
        text = frames.pop() ?? '';
        frames.forEach((frame) => {
          this.take(frame);
        });
      }
    } catch {
      // Closed, here or there.
    }
    this.hasEnded = true;
  }

  private take(frame: string): void {
    const fields = new Map(
      frame.split('\n').map((line) => [line.split(': ', 1)[0], line.slice(line.indexOf(': ') + 2)]),
    );
    if (frame.split('\n').some((line) => line.startsWith(':'))) this.comments += 1;
    const event = fields.get('event');
    if (event !== undefined)
      this.events.push({ event, id: fields.get('id'), data: JSON.parse(fields.get('data') ?? 'null') });
  }
}
