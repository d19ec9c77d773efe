import { Injectable, Logger } from '@nestjs/common';
import { isStorableText } from '../../core/json/storable.js';
import type { Principal } from '../auth/principal.decorator.js';
import type { DeviceEvent } from '../devices/journal/device-event.contract.js';
import { AdoptionService, type Adoption } from '../devices/parked/adoption.service.js';

const devEuiPattern = /^[0-9A-F]{16}$/;
const maxNameLength = 200;

/** One adoption under way, and the one that follows it for whoever comes meanwhile. */
interface Round {
  now: Promise<string>;
  next: Promise<string> | undefined;
}

/**
 * Makes the devices of messages that were parked, for keys that may. The message is on disk before, so whatever happens
 * here loses nothing. Of one DevEUI one adoption runs at a time here: a message that comes during one shares the next.
 */
@Injectable()
export class AutoRegistration {
  private readonly logger = new Logger(AutoRegistration.name);
  private readonly rounds = new Map<string, Round>();

  constructor(private readonly adoption: AdoptionService) {}

  /** The device that has the message now; null: the key makes none, or it could not be made, and the message stays parked. */
  async deviceFor(principal: Principal, event: DeviceEvent, json: Record<string, unknown>): Promise<string | null> {
    if (principal.kind !== 'api_key' || principal.registers === undefined) return null;
    const { tenant, apiKeyId, registers } = principal;
    const { devEui } = event;
    if (!devEuiPattern.test(devEui)) return null;
    const adoption: Adoption = {
      name: nameIn(json) ?? devEui,
      ...(registers.labelIds.length === 0 ? {} : { label_ids: [...registers.labelIds] }),
      ...(registers.profileId === null ? {} : { profile_id: registers.profileId }),
    };
    const reason = `the API key ${apiKeyId} registers devices by itself`;
    try {
      return await this.share(`${tenant.id}:${devEui}`, () => this.adoption.adoptFor(tenant, devEui, adoption, reason));
    } catch (error) {
      this.logger.warn({ err: error, dev_eui: devEui, tenant_id: tenant.id }, 'a device could not be made by itself');
      return null;
    }
  }

  private share(key: string, adopt: () => Promise<string>): Promise<string> {
    const round = this.rounds.get(key);
    if (round === undefined) return this.begin(key, adopt);
    round.next ??= round.now.then(
      () => this.begin(key, adopt),
      () => this.begin(key, adopt),
    );
    return round.next;
  }

  private begin(key: string, adopt: () => Promise<string>): Promise<string> {
    const round: Round = { now: adopt(), next: undefined };
    this.rounds.set(key, round);
    const end = (): void => {
      if (this.rounds.get(key) === round) this.rounds.delete(key);
    };
    round.now.then(end, end);
    return round.now;
  }
}

/** What ChirpStack calls the device. */
function nameIn(json: Record<string, unknown>): string | undefined {
  const info = json['deviceInfo'];
  const name = typeof info === 'object' && info !== null && 'deviceName' in info ? info.deviceName : undefined;
  const text = typeof name === 'string' ? name.trim().slice(0, maxNameLength) : '';
  return text !== '' && isStorableText(text) ? text : undefined;
}
