import { Agent, request } from 'node:http';
import { anUplink } from './uplinks.js';

/** ChirpStack waits for so long, and does not come again. */
const timeoutMs = 5_000;

/** No two messages of a test file have the same. */
let lastFCnt = 0;

export interface Sent {
  devEui: string;
  fCnt: number;
  /** When it was sent, by performance.now(). */
  atMs: number;
  tookMs: number;
  /** Undefined: no answer came in time, or the connection broke. */
  status?: number;
  body?: { event_id: string; spooled?: boolean; [more: string]: unknown };
}

/** Posts uplinks as ChirpStack does: at a steady rate whatever becomes of them, each once, five seconds each. */
export class ChirpStackSimulator {
  readonly sent: Sent[] = [];
  private readonly agent = new Agent({ keepAlive: true });
  private readonly underWay = new Set<Promise<void>>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    /** The server may have died and another may listen elsewhere. */
    private readonly urlOf: () => string,
    private readonly key: string,
    private readonly devEuis: string[],
  ) {}

  start(perSecond: number): void {
    this.timer = setInterval(() => {
      this.post();
    }, 1_000 / perSecond).unref();
  }

  /** Posts no more, and resolves when everything is answered or given up. */
  async stop(): Promise<Sent[]> {
    clearInterval(this.timer);
    await Promise.all(this.underWay);
    this.agent.destroy();
    return this.sent;
  }

  get accepted(): Sent[] {
    return this.sent.filter(({ status }) => status === 202);
  }

  get slowestMs(): number {
    return Math.max(0, ...this.sent.map(({ tookMs }) => tookMs));
  }

  private post(): void {
    lastFCnt += 1;
    const devEui = this.devEuis[lastFCnt % this.devEuis.length] ?? '';
    const sent: Sent = { devEui, fCnt: lastFCnt, atMs: performance.now(), tookMs: 0 };
    this.sent.push(sent);
    const posting = this.send(sent)
      .catch(() => undefined)
      .finally(() => {
        sent.tookMs = performance.now() - sent.atMs;
        this.underWay.delete(posting);
      });
    this.underWay.add(posting);
  }

  private send(sent: Sent): Promise<void> {
    const body = JSON.stringify(anUplink(sent.devEui, { fCnt: sent.fCnt }));
    return new Promise((resolve, reject) => {
      const posted = request(`${this.urlOf()}/api/v1/ingest/chirpstack?event=up`, {
        method: 'POST',
        agent: this.agent,
        headers: {
          'content-type': 'application/json',
          'x-api-key': this.key,
          'content-length': Buffer.byteLength(body),
        },
        signal: AbortSignal.timeout(timeoutMs),
      });
      posted.once('error', reject);
      posted.once('response', (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.once('error', reject);
        response.once('end', () => {
          sent.body = JSON.parse(text) as NonNullable<Sent['body']>;
          sent.status = response.statusCode ?? 0;
          resolve();
        });
      });
      posted.end(body);
    });
  }
}
