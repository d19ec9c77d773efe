import { createHash } from 'node:crypto';
import { hostname, release, type } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { isPlainObject } from '../../core/json/is-plain-object.js';
import type { Coordinates } from './config/provision-config.rules.js';
import { Refused } from './http/refused.js';
import type { ServerApi } from './http/server-api.js';

/** What a device says first, in document 004's words. */
export interface FirstTelemetry {
  serial: string;
  latitude?: number;
  longitude?: number;
  system_info: string;
}

/** It is seen on the device when a worker has gone through it, which is no part of what is promised here. */
const mostMsUntilSeen = 10_000;
const lookEveryMs = 250;

export function firstTelemetryOf(serial: string, coordinates: Coordinates | undefined): FirstTelemetry {
  const where = coordinates === undefined ? {} : { latitude: coordinates.latitude, longitude: coordinates.longitude };
  return { serial, ...where, system_info: `Host: ${hostname()}, OS: ${type()} ${release()}` };
}

/** Whether the device has said so already. Where it is may have changed since: it may move, and say that itself. */
export function isSaid({ serial, system_info }: FirstTelemetry, latest: unknown): boolean {
  return isPlainObject(latest) && latest['serial'] === serial && latest['system_info'] === system_info;
}

/** The last step: the device’s first word, by its own access token. */
export class Handshake {
  constructor(private readonly api: ServerApi) {}

  /** The same words have the same key for a day: sent twice, they are one message. */
  async send(accessToken: string, telemetry: FirstTelemetry): Promise<void> {
    const key = createHash('sha256')
      .update(`${accessToken}\n${JSON.stringify(telemetry)}`)
      .digest('hex');
    const answer = await this.api.ask('POST', `/api/v1/${accessToken}/telemetry`, {
      body: telemetry,
      headers: { 'idempotency-key': `provision-${key.slice(0, 32)}` },
      shownAs: '/api/v1/{access token}/telemetry',
    });
    if (answer.status < 300) return;
    const cure = 'run the command again; if that is no help, ask who runs the server';
    throw new Refused('refused', 'The device is there, and its first telemetry was refused.', answer, { cure });
  }

  /** Whether the server shows it within a few seconds. */
  async isSeen(telemetry: FirstTelemetry, latest: () => Promise<unknown>): Promise<boolean> {
    for (let waitedMs = 0; waitedMs < Math.min(mostMsUntilSeen, this.api.remainingMs); waitedMs += lookEveryMs) {
      if (isSaid(telemetry, await latest())) return true;
      await pause(lookEveryMs);
    }
    return false;
  }
}
