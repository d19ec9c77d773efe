import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import { startTestApp, type Body, type TestApp } from './app.js';
import { aCast, type Cast } from './cast.js';
import { HttpSink, type Answer } from './http-sink.js';
import { png } from './png.js';

export interface Image {
  status: number;
  headers: Record<string, unknown>;
  bytes: Buffer;
  /** Of a problem. */
  body: Body;
}

/** A server that makes images for displays, everybody who may ask it, and the server that the pictures come from. */
export class ImageLab {
  private started: { server: TestApp; cast: Cast; source: HttpSink } | undefined;

  constructor() {
    beforeAll(async () => {
      const server = await startTestApp({ settings: { egressAllowCidrs: ['127.0.0.1/32'] } });
      this.started = { server, cast: await aCast(server), source: await HttpSink.start() };
    }, 60_000);
    beforeEach(() => {
      this.source.clear();
      // A request that was refused before it was fetched has left its answer to whoever comes next.
      this.source.script();
    });
    afterAll(async () => {
      await this.server.close();
      await this.source.close();
    });
  }

  get server(): TestApp {
    return this.running.server;
  }

  get cast(): Cast {
    return this.running.cast;
  }

  get source(): HttpSink {
    return this.running.source;
  }

  ask = async (query: Record<string, string>, headers: Record<string, string> = {}, path = 'proxy'): Promise<Image> => {
    const url = `/api/images/${path}?${new URLSearchParams(query).toString()}`;
    const token = { authorization: `Bearer ${this.cast.users.viewer}` };
    const {
      statusCode,
      headers: said,
      rawPayload,
    } = await this.server.app.inject({
      method: 'GET',
      url,
      headers: { ...token, ...headers },
    });
    const isProblem = String(said['content-type']).includes('json');
    const body: Body = isProblem ? JSON.parse(rawPayload.toString()) : undefined;
    return { status: statusCode, headers: said, bytes: rawPayload, body };
  };

  private get running(): { server: TestApp; cast: Cast; source: HttpSink } {
    if (this.started === undefined) throw new Error('the server starts with the first test');
    return this.started;
  }
}

export const gives =
  (file: Buffer, headers: Record<string, string> = {}): Answer =>
  (_, response) => {
    response.writeHead(200, headers).end(file);
  };

/** A picture of one colour. */
export const flat = (width: number, height: number, pixel = 'ff8000ff'): Buffer =>
  png(
    width,
    Array.from({ length: height }, () => pixel.repeat(width)),
  );
