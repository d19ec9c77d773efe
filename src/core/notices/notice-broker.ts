import { randomBytes } from 'node:crypto';
import mqtt from 'mqtt';
import type { MqttSettings } from '../config/settings.js';

const connectTimeoutMs = 10_000;
const ackTimeoutMs = 10_000;
const keepaliveSeconds = 30;

/**
 * One connection to the fleet's broker, from CONNACK to its end; it never reconnects. The table is the queue: what was not
 * acknowledged is not kept here, and sent again over another connection.
 */
export class NoticeBroker {
  private constructor(
    private readonly client: mqtt.MqttClient,
    private readonly lost: Promise<never>,
  ) {}

  static async connect({ url, username, password }: MqttSettings): Promise<NoticeBroker> {
    const client = mqtt.connect(url, {
      // 3.1.1, which every broker speaks: a notice needs nothing of 5.
      protocolVersion: 4,
      clientId: `fieldline-notices-${randomBytes(4).toString('hex')}`,
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password }),
      clean: true,
      reconnectPeriod: 0,
      connectTimeout: connectTimeoutMs,
      keepalive: keepaliveSeconds,
    });
    const lost = new Promise<never>((_, reject) => {
      let reason = new Error('the broker closed the connection');
      client.on('error', (error) => (reason = error));
      client.once('close', () => {
        reject(reason);
      });
    });
    // Somebody may be waiting for it, or nobody.
    lost.catch(() => undefined);
    const connected = new Promise<void>((resolve) => {
      client.once('connect', () => {
        resolve();
      });
    });
    try {
      await Promise.race([connected, lost]);
    } catch (error) {
      client.end(true);
      throw error;
    }
    return new NoticeBroker(client, lost);
  }

  /** Called once, when the connection has ended for whatever reason. */
  onLost(tell: () => void): void {
    this.lost.catch(tell);
  }

  get isOpen(): boolean {
    return this.client.connected;
  }

  /** Ends when the broker has acknowledged. */
  async publish(topic: string, payload: string): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(new Error(`no acknowledgement within ${ackTimeoutMs.toString()} ms`));
      }, ackTimeoutMs);
    });
    const published = this.client.publishAsync(topic, payload, { qos: 1, retain: false });
    published.catch(() => undefined);
    try {
      await Promise.race([published, this.lost, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Says DISCONNECT; or, after a failure, forgets what is in flight at once. */
  async end(how: 'kindly' | 'at once'): Promise<void> {
    await this.client.endAsync(how === 'at once');
  }
}
