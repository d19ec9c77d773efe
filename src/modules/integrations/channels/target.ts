import type { Tenant } from '../../../core/tenancy/tenant.js';
import { defaultScheduleMs } from '../../../core/outbound/connection-config.js';
import { type Destination, type HttpConfig, type MqttConfig } from '../config/integration-config.js';
import { partSecrets } from '../config/secrets.rules.js';
import { Redaction } from '../../../core/outbound/redaction.rules.js';

interface TargetOf<Type extends Destination['type'], Config> {
  type: Type;
  /** Whole, with its secrets: never logged, never answered. */
  config: Config;
  tenant: Tenant;
  destinationId: string;
  /** Another version is another target: its connections are its own. */
  version: number;
  enabled: boolean;
  scheduleMs: readonly number[];
  redaction: Redaction;
}

export type HttpTarget = TargetOf<'http', HttpConfig>;
export type MqttTarget = TargetOf<'mqtt', MqttConfig>;

/** A stored integration, opened and ready to be sent to. */
export type Target = HttpTarget | MqttTarget;

export function targetOf(
  tenant: Tenant,
  { id, version, enabled }: { id: string; version: number; enabled: boolean },
  destination: Destination,
): Target {
  const { secrets } = partSecrets(destination);
  const common = {
    tenant,
    destinationId: id,
    version,
    enabled,
    scheduleMs: destination.config.schedule_ms ?? defaultScheduleMs,
    redaction: new Redaction(secrets, usernameOf(destination)),
  };
  return destination.type === 'http' ? { ...destination, ...common } : { ...destination, ...common };
}

function usernameOf(destination: Destination): string | undefined {
  if (destination.type === 'mqtt') return destination.config.username;
  return destination.config.auth?.type === 'basic' ? destination.config.auth.username : undefined;
}
