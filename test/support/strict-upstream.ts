import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { jsonOrText } from './read-answer.js';
import type { Body } from './app.js';

/** One request as the upstream saw it. */
export interface SeenRequest {
  route: string;
  bearer: string | undefined;
  ifNoneMatch: string | undefined;
  body: Body;
  status: number;
}

interface KnownDevice {
  deviceId: string;
  name: string;
  key: string;
  /** Merged, as reports ask for. */
  reports: Body[];
}

const registered = /^\/api\/device\/([^/]+)\/(key-exchange|state)$/;

/**
 * Somebody's own backend on a real socket, written from document 000 and strict about it: what is missing is 400, an unknown
 * key 401, a uuid that comes with another key 409.
 *
 * @example
 * const upstream = await StrictUpstream.start();
 * upstream.loseAnswers(1); // done, but nobody hears of it
 */
export class StrictUpstream {
  readonly provisioningKey = 'a provisioning key of somebody else'.replaceAll(' ', '-');
  readonly seen: SeenRequest[] = [];
  readonly devices = new Map<string, KnownDevice>();
  target: { apps: object; config: object; version: number } = { apps: {}, config: {}, version: 0 };
  /** What it answers instead of anything else. */
  refusal: { status: number; body: object; headers?: Record<string, string> } | undefined;
  /** As the document's own backend is: it gives keys, and knows neither key exchange nor states. */
  isPlain = false;
  private answersToLose = 0;
  private server: Server | undefined;

  private constructor(private port: number) {}

  static async start(): Promise<StrictUpstream> {
    const upstream = new StrictUpstream(0);
    await upstream.comeBack();
    return upstream;
  }

  /** What an operator would type. */
  get url(): string {
    return `http://127.0.0.1:${this.port}/api`;
  }

  seenAt(route: string): SeenRequest[] {
    return this.seen.filter((request) => request.route === route);
  }

  loseAnswers(count: number): void {
    this.answersToLose = count;
  }

  async comeBack(): Promise<void> {
    const server = createServer((request, response) => void this.take(request, response));
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve));
    this.port = (server.address() as AddressInfo).port;
    this.server = server;
  }

  async goAway(): Promise<void> {
    const { server } = this;
    if (server === undefined) return;
    this.server = undefined;
    const closed = new Promise<void>((resolve) => {
      server.close(() => {
        resolve();
      });
    });
    server.closeAllConnections();
    await closed;
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const bearer = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1];
    const { method = '', url = '' } = request;
    const body = jsonOrText(await text(request)) as Body;
    const ifNoneMatch = request.headers['if-none-match'];
    const asked = { route: `${method} ${url}`, bearer, ifNoneMatch, body };
    const isJson = method === 'GET' || request.headers['content-type'] === 'application/json';
    const answer = this.refusal ?? (isJson ? this.answerTo(asked) : problem(415, 'send JSON'));
    this.seen.push({ ...asked, status: answer.status });
    if (this.answersToLose > 0) {
      this.answersToLose -= 1;
      request.socket.destroy();
      return;
    }
    const headers = { 'content-type': 'application/json', ...('headers' in answer ? answer.headers : {}) };
    response.writeHead(answer.status, headers);
    response.end(answer.status === 304 ? undefined : JSON.stringify(answer.body));
  }

  private answerTo(asked: Omit<SeenRequest, 'status'>): { status: number; body: object; headers?: object } {
    const { route, bearer, body } = asked;
    if (route === 'POST /api/device/register') return this.register(bearer, body);
    if (this.isPlain) return problem(404, 'no such route');
    if (route === 'PATCH /api/device/state') return this.report(bearer, body);
    const [, uuid = '', part] = registered.exec(route.split(' ')[1] ?? '') ?? [];
    const device = this.devices.get(uuid);
    if (device === undefined) return problem(404, 'no such device');
    if (bearer !== device.key) return problem(401, 'the device key is wrong');
    if (part === 'state') return this.state(uuid, asked.ifNoneMatch);
    return body.deviceApiKey === device.key ? { status: 200, body: { status: 'ok' } } : problem(401, 'no proof');
  }

  private register(bearer: string | undefined, body: Body) {
    if (bearer === undefined) return problem(401, 'the provisioning key is missing');
    if (bearer !== this.provisioningKey) return problem(401, 'the provisioning key is unknown');
    for (const field of ['uuid', 'deviceName', 'deviceType']) {
      if (typeof body[field] !== 'string') return problem(400, `${field} is required`);
    }
    if (!/^[0-9a-f]{64}$/.test(String(body.deviceApiKey))) return problem(400, 'the device makes its own key first');
    const known = this.devices.get(body.uuid);
    if (known !== undefined && known.key !== body.deviceApiKey && !this.isPlain) return problem(409, 'known already');
    const key = this.isPlain ? 'a-key-that-the-backend-made' : String(body.deviceApiKey);
    const device = known ?? { deviceId: 'dev_1704196800000', name: body.deviceName, key, reports: [] };
    this.devices.set(body.uuid, device);
    const { deviceId, name: deviceName } = device;
    const issued = this.isPlain ? { apiKey: key } : {};
    const said = { deviceId, uuid: body.uuid, deviceName, ...issued, registeredAt: 1_704_196_800_000 };
    return { status: 200, body: said };
  }

  private state(uuid: string, ifNoneMatch: string | undefined) {
    const etag = `"v${this.target.version}"`;
    if (ifNoneMatch === etag) return { status: 304, body: {}, headers: { etag } };
    return { status: 200, body: { [uuid]: this.target }, headers: { etag } };
  }

  private report(bearer: string | undefined, body: Body) {
    const [uuid = '', ...more] = Object.keys(body);
    const device = this.devices.get(uuid);
    if (more.length > 0 || device === undefined) return problem(400, 'a report stands under the uuid');
    if (bearer !== device.key) return problem(401, 'the device key is wrong');
    device.reports.push(body[uuid]);
    return { status: 200, body: { status: 'ok' } };
  }
}

function problem(status: number, message: string) {
  return { status, body: { error: 'Refused', message } };
}
