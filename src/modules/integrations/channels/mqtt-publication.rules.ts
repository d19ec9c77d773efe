import type { MqttConfig } from '../config/integration-config.js';
import { fillTemplate, hasPlaceholders, parseTemplate, type Template } from '../../../core/outbound/template.rules.js';
import { failed, type Failure } from '../../runs/channels/attempt-outcome.contract.js';

/** One message, ready to be published. */
export interface Publication {
  topic: string;
  payload: string;
  qos: 0 | 1 | 2;
  retain: boolean;
  /** Travels as the user property `delivery-id` under MQTT 5; 3.1.1 has no place for it. */
  deliveryId: string;
}

/** What a broker said in its CONNACK that it will not take. */
export interface BrokerLimits {
  receiveMaximum?: number;
  maximumPacketSize?: number;
  maximumQoS?: number;
  retainAvailable?: boolean;
}

const maxTopicBytes = 65_535;
/** The fixed header, lengths, packet id and the user property, generously. */
const packetOverheadBytes = 128;

/** An MQTT integration's config, compiled once: makes the publication of each message. */
export class PublicationMaker {
  private readonly topic: Template;
  private readonly readsMessage: boolean;

  constructor(private readonly config: MqttConfig) {
    this.topic = parseTemplate(config.topic);
    this.readsMessage = hasPlaceholders(config.topic);
  }

  /** Throws TemplateValueMissing when the message lacks what the topic names. */
  make(messageJson: string, deliveryId: string): Publication | Failure {
    const message: unknown = this.readsMessage ? JSON.parse(messageJson) : undefined;
    const topic = fillTemplate(this.topic, message, insideTopic);
    if (Buffer.byteLength(topic) > maxTopicBytes) {
      return failed('template.invalid_value', 'the topic with its values is longer than 65,535 bytes', false);
    }
    return { topic, payload: messageJson, qos: this.config.qos ?? 1, retain: this.config.retain ?? false, deliveryId };
  }
}

/** A value is one level of the topic at most: it neither adds levels nor makes a wildcard, which brokers punish. */
function insideTopic(text: string): string {
  return text.toWellFormed().replaceAll(/[/+#\u0000-\u001f\u007f]/g, '_');
}

/** Brokers end the connection, and everybody's messages with it, over what they have said they don't take. */
export function refusalOf({ topic, payload, qos, retain }: Publication, limits: BrokerLimits): Failure | undefined {
  const { maximumPacketSize = Infinity, maximumQoS = 2, retainAvailable = true } = limits;
  if (Buffer.byteLength(payload) + Buffer.byteLength(topic) + packetOverheadBytes > maximumPacketSize) {
    return failed('mqtt.packet_too_large', `the broker takes packets of at most ${maximumPacketSize} bytes`, false);
  }
  if (qos > maximumQoS) return failed('mqtt.qos_unsupported', `the broker takes QoS ${maximumQoS} at most`, false);
  if (retain && !retainAvailable)
    return failed('mqtt.retain_unsupported', 'the broker keeps no retained messages', false);
  return undefined;
}

/** Not authorized, topic invalid, packet too large, payload invalid: no later attempt would fare better. */
const finalReasons = new Set([135, 144, 149, 153]);

/** A PUBACK, PUBREC or PUBCOMP with a reason code of 128 or more. */
export function failureOfReason(reason: number, text: string): Failure {
  return failed(`mqtt.reason_${reason}`, text, !finalReasons.has(reason));
}
