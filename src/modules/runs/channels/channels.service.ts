import { Injectable } from '@nestjs/common';
import type { Tenant } from '../../../core/tenancy/tenant.js';

/** What a delivery may go to; a flow's nodes of these types deliver, and the view `destinations` holds their rows. */
export const destinationTypes = ['integration', 'storage'] as const;
export type DestinationType = (typeof destinationTypes)[number];

/** Where a delivery goes. */
export interface DestinationRef {
  type: DestinationType;
  id: string;
}

/** One payload on its way out. */
export interface OutboundMessage {
  /** The same for every attempt: goes out as `webhook-id` or as an MQTT 5 user property. */
  deliveryId: string;
  runId: string;
  flowId: string;
  nodeId: string;
  /** The device whose message it began with; null: nobody knows any more. */
  deviceId: string | null;
  /** The message as JSON text, at most 256 KiB; what an integration without a body template sends. */
  messageJson: string;
}

/** What one attempt came to. A channel never throws for what the other side did. */
export type AttemptOutcome =
  | { status: 'delivered'; responseStatus?: number; response?: string }
  | {
      status: 'failed';
      /** Stable: `http.status_500`, `http.timeout`, `mqtt.connection_refused`, `egress.refused`, `config.invalid` … */
      code: string;
      /** For people; holds no secret and at most 1 KiB. */
      error: string;
      /** False ends the delivery at once. */
      retryable: boolean;
      responseStatus?: number;
      /** At most 16 KiB of what came back. */
      response?: string;
      /** What a Retry-After asked for. */
      retryAfterMs?: number;
      /** The other side said 410: nothing more is wanted here. The channel has disabled the entity. */
      gone?: true;
      /** The entity is disabled, and nothing was sent: the delivery waits on, and no attempt is counted. */
      notMade?: true;
    };

/** What an attempt would send, for people: secrets are masked. Null where the message cannot be made into a request. */
export interface Preview {
  request: object | null;
  failure?: Extract<AttemptOutcome, { status: 'failed' }>;
}

/** Why an entity is disabled without anybody's wish: the other side said 410, or nothing but failure for 120 hours. */
export type DisabledReason = 'gone' | 'failing';

/**
 * One way out for deliveries: `integration` (HTTP and MQTT) and `storage`. The module that owns the connections
 * registers its channel at start; runs owns the attempts, their schedule and their history.
 *
 * `send` makes one attempt and ends within the destination's own total time or when `signal` aborts, whichever is
 * first. The entity is addressed by (tenant, entityId); a missing or disabled one is a failed outcome, not an error.
 */
export interface Channel {
  /** The node type whose messages it carries. */
  readonly nodeType: DestinationType;
  send(tenant: Tenant, entityId: string, message: OutboundMessage, signal: AbortSignal): Promise<AttemptOutcome>;
  /** What `send` would send now, also where the entity is disabled. Sends nothing. */
  preview(tenant: Tenant, entityId: string, message: OutboundMessage): Promise<Preview>;
  /** Delays in ms before attempt 1, 2, 3 …: `[0, 5000, 30000, …]`. After the last the delivery has failed. */
  scheduleMs(tenant: Tenant, entityId: string): Promise<readonly number[]>;
  /** Disables the entity for good, with its lane: its deliveries wait until a person enables it. Idempotent. */
  disable(tenant: Tenant, entityId: string, reason: DisabledReason): Promise<void>;
}

/** Knows the one channel of each node type that delivers. */
@Injectable()
export class Channels {
  private readonly byNodeType = new Map<DestinationType, Channel>();

  register(channel: Channel): void {
    if (this.byNodeType.has(channel.nodeType)) throw new Error(`two channels for nodes of type ${channel.nodeType}`);
    this.byNodeType.set(channel.nodeType, channel);
  }

  /** Whether nodes of this type deliver. */
  carries(nodeType: string): nodeType is DestinationType {
    return destinationTypes.some((type) => type === nodeType && this.byNodeType.has(type));
  }

  get(nodeType: DestinationType): Channel {
    const channel = this.byNodeType.get(nodeType);
    if (channel === undefined) throw new Error(`no channel for nodes of type ${nodeType}`);
    return channel;
  }
}
