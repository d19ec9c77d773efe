import type { Clock } from '../../../core/time/clock.js';
import type { AttemptOutcome } from '../../runs/channels/channels.service.js';
import { failed, type Failure } from '../../runs/channels/attempt-outcome.contract.js';
import { MqttConnectFailed, type MqttConnection } from './mqtt-connection.js';
import type { Publication } from './mqtt-publication.rules.js';

/** After a failed connect, messages fail at once for so long instead of each knocking again. */
const knockAgainAfterMs = 1_000;

/** MQTT 3.1.1's and MQTT 5's way to say that the protocol version is not spoken. */
const unsupportedVersion = new Set([1, 132]);

type Dial = (protocolVersion: 4 | 5) => Promise<MqttConnection>;

/** The way to one broker: makes a connection when one is needed, and another when it ended or was retired. */
export class MqttLink {
  private connection: MqttConnection | undefined;
  private connecting: Promise<MqttConnection> | undefined;
  private lastFailure: { failure: Failure; atMs: number } | undefined;
  private ended = false;

  constructor(
    private protocolVersion: 4 | 5,
    private readonly dial: Dial,
    private readonly clock: Clock,
  ) {}

  /** The version that the last connection spoke. */
  get spokenVersion(): 4 | 5 {
    return this.protocolVersion;
  }

  async publish(publication: Publication, signal: AbortSignal): Promise<AttemptOutcome> {
    if (this.connection?.isOpen === true) return this.connection.publish(publication, signal);
    const connection = await this.connected(signal);
    return 'status' in connection ? connection : connection.publish(publication, signal);
  }

  async end(): Promise<void> {
    this.ended = true;
    const connection = await this.connecting?.catch(() => undefined);
    await (connection ?? this.connection)?.end();
  }

  private async connected(signal: AbortSignal): Promise<MqttConnection | Failure> {
    const { lastFailure } = this;
    if (lastFailure !== undefined && this.clock.nowMs() - lastFailure.atMs < knockAgainAfterMs)
      return lastFailure.failure;
    if (this.ended) return failed('mqtt.aborted', 'the connection is being closed', true);
    this.connecting ??= this.connect().finally(() => (this.connecting = undefined));
    try {
      return await untilAborted(this.connecting, signal);
    } catch (error) {
      if (error instanceof MqttConnectFailed) return error.failure;
      if (signal.aborted) return failed('mqtt.aborted', 'given up before the broker was reached', true);
      throw error;
    }
  }

  private async connect(): Promise<MqttConnection> {
    try {
      this.connection = await this.dialAnyVersion();
      this.lastFailure = undefined;
      return this.connection;
    } catch (error) {
      if (error instanceof MqttConnectFailed) this.lastFailure = { failure: error.failure, atMs: this.clock.nowMs() };
      throw error;
    }
  }

  /** A broker that knows only MQTT 3.1.1 is spoken to in it from then on. */
  private async dialAnyVersion(): Promise<MqttConnection> {
    try {
      return await this.dial(this.protocolVersion);
    } catch (error) {
      const older =
        error instanceof MqttConnectFailed && error.reason !== undefined && unsupportedVersion.has(error.reason);
      if (!older || this.protocolVersion === 4) throw error;
      this.protocolVersion = 4;
      return this.dial(this.protocolVersion);
    }
  }
}

function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      reject(new Error('aborted'));
    };
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    promise.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', abort);
    });
  });
}
