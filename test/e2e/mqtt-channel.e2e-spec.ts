import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '../../src/core/ids/uuid-v7.js';
import { Channels, type AttemptOutcome } from '../../src/modules/runs/channels/channels.service.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { FakeClock } from '../support/fake-clock.js';
import { Mqtt5Sink } from '../support/mqtt5-sink.js';
import { MqttSink } from '../support/mqtt-sink.js';

const never = new AbortController().signal;
const clock = new FakeClock();
let server: TestApp;
let token: string;
let tenantId: string;

beforeAll(async () => {
  server = await startTestApp({ clock });
  ({ token, tenantId } = await server.signUp());
});
afterAll(() => server.close());

let made = 0;
async function anIntegration(broker: { host: string; port: number }, config: object = {}): Promise<string> {
  const body = {
    name: `mqtt ${(made += 1)}`,
    type: 'mqtt',
    config: { host: broker.host, port: broker.port, topic: 'up/{{device}}', ...config },
  };
  const { body: stored } = await server.http('POST', '/api/v1/integrations', { token, body });
  return String(stored.id);
}
function send(
  integrationId: string,
  device = 'a1',
  given: { deliveryId?: string; signal?: AbortSignal } = {},
): Promise<AttemptOutcome> {
  const { deliveryId = newId(Date.now()), signal = never } = given;
  const outbound = {
    deliveryId,
    runId: deliveryId,
    flowId: deliveryId,
    nodeId: 'n',
    deviceId: null,
    messageJson: JSON.stringify({ device }),
  };
  return server.app.get(Channels).get('integration').send({ id: tenantId }, integrationId, outbound, signal);
}
/** Past the second in which a broker that was away is not knocked at again. */
const aSecondLater = (): void => {
  clock.advance(1_100);
};
async function withBroker<T extends { close(): Promise<void> }>(
  starting: Promise<T>,
  test: (broker: T) => Promise<void>,
): Promise<void> {
  const broker = await starting;
  try {
    await test(broker);
  } finally {
    await broker.close();
  }
}

describe('one MQTT attempt', () => {
  it('is delivered when the broker has acknowledged, and not before', () =>
    withBroker(MqttSink.start(), async (broker) => {
      const id = await anIntegration(broker);
      broker.holdAcks();
      let ended = false;
      const sending = send(id).finally(() => (ended = true));
      await broker.received(1);
      expect(ended).toBe(false);
      broker.releaseAcks();
      expect(await sending).toEqual({ status: 'delivered' });
      expect(broker.messages).toMatchObject([{ topic: 'up/a1', payload: '{"device":"a1"}', qos: 1, retain: false }]);
    }));

  it.each([0, 1, 2])('is made with QoS %i, and retained when that is wanted', (qos) =>
    withBroker(MqttSink.start(), async (broker) => {
      const id = await anIntegration(broker, { qos, retain: true });
      expect(await send(id)).toEqual({ status: 'delivered' });
      expect(await broker.received(1)).toMatchObject([{ qos, retain: true }]);
    }),
  );

  it('speaks MQTT 3.1.1 to a broker that refuses 5, without being told', () =>
    withBroker(MqttSink.start(), async (broker) => {
      expect(await send(await anIntegration(broker))).toEqual({ status: 'delivered' });
      expect(await send(await anIntegration(broker, { protocol_version: 4 }))).toEqual({ status: 'delivered' });
    }));

  it('carries the id of its delivery as a user property under MQTT 5', () =>
    withBroker(Mqtt5Sink.start(), async (broker) => {
      const deliveryId = newId(Date.now());
      const id = await anIntegration(broker);
      expect(await send(id, 'a1', { deliveryId })).toEqual({ status: 'delivered' });
      expect(await broker.received(1)).toMatchObject([{ userProperties: { 'delivery-id': deliveryId } }]);
    }));

  it('logs in, and says so when it is not let in', () =>
    withBroker(MqttSink.start({ username: 'u', password: 'canary' }), async (broker) => {
      expect(await send(await anIntegration(broker, { username: 'u', password: 'canary' }))).toEqual({
        status: 'delivered',
      });
      const refused = await send(await anIntegration(broker, { username: 'u', password: 'wrong' }));
      expect(refused).toMatchObject({ code: 'mqtt.connection_refused', retryable: true });
      expect(JSON.stringify(refused)).not.toContain('wrong');
    }));

  it('is not made when the message lacks what the topic names', () =>
    withBroker(MqttSink.start(), async (broker) => {
      const id = await anIntegration(broker, { topic: 'up/{{nothing}}' });
      expect(await send(id)).toMatchObject({ code: 'template.missing_value', retryable: false });
    }));
});

describe('what a broker of MQTT 5 answers', () => {
  it.each([
    [0x10, 'delivered', undefined],
    [0x87, 'failed', false],
    [0x90, 'failed', false],
    [0x97, 'failed', true],
  ])('reason %i is %s, to be tried again: %s', (reason, status, retryable) =>
    withBroker(Mqtt5Sink.start(), async (broker) => {
      broker.reason = reason;
      for (const qos of [1, 2]) {
        const outcome = await send(await anIntegration(broker, { qos }));
        expect(outcome).toMatchObject({
          status,
          ...(retryable === undefined ? {} : { code: `mqtt.reason_${reason}`, retryable }),
        });
      }
    }),
  );

  it('bounds what is in flight, by its receive maximum or by ours', async () => {
    await withBroker(Mqtt5Sink.start({ receiveMaximum: 5 }), async (broker) => {
      const id = await anIntegration(broker);
      await Promise.all(Array.from({ length: 50 }, () => send(id)));
      expect([broker.messages.length, broker.mostInFlight]).toEqual([50, 5]);
    });
    await withBroker(Mqtt5Sink.start(), async (broker) => {
      const id = await anIntegration(broker, { max_in_flight: 3 });
      await Promise.all(Array.from({ length: 20 }, () => send(id)));
      expect([broker.messages.length, broker.mostInFlight]).toEqual([20, 3]);
    });
  });

  it('is believed when it says that packets are too large', () =>
    withBroker(Mqtt5Sink.start({ maximumPacketSize: 1_000 }), async (broker) => {
      const id = await anIntegration(broker, { topic: 't' });
      expect(await send(id, 'x'.repeat(1_000))).toMatchObject({ code: 'mqtt.packet_too_large', retryable: false });
      expect(await send(id)).toEqual({ status: 'delivered' });
    }));
});

describe('a connection', () => {
  it('is one for all messages of an integration, with an id of its own', () =>
    withBroker(MqttSink.start(), async (broker) => {
      const id = await anIntegration(broker, { client_id: 'mine', protocol_version: 4 });
      await Promise.all(Array.from({ length: 100 }, (_, number) => send(id, `d${number}`)));
      const clientIds = new Set(broker.messages.map(({ clientId }) => clientId));
      expect([broker.messages.length, clientIds.size, broker.connectionCount]).toEqual([100, 1, 1]);
      expect([...clientIds][0]).toMatch(/^mine-[0-9a-f]{8}$/);
    }));

  it('that ends fails what is in flight, and nothing is sent again behind our back', () =>
    withBroker(MqttSink.start(), async (broker) => {
      const id = await anIntegration(broker, { protocol_version: 4 });
      broker.holdAcks();
      const sending = [send(id, 'x1'), send(id, 'x2')];
      await broker.received(2);
      broker.dropConnections();
      for (const outcome of await Promise.all(sending))
        expect(outcome).toMatchObject({ code: 'mqtt.connection_lost', retryable: true });
      broker.releaseAcks();
      expect(await send(id, 'x3')).toEqual({ status: 'delivered' });
      expect(broker.messages.map(({ topic }) => topic)).toEqual(['up/x1', 'up/x2', 'up/x3']);
    }));

  it('comes back by itself when the broker does', () =>
    withBroker(MqttSink.start(), async (broker) => {
      const id = await anIntegration(broker);
      expect(await send(id)).toEqual({ status: 'delivered' });
      await broker.goDown();
      // The first may still have gone into the dying connection.
      expect(await send(id)).toMatchObject({ status: 'failed', retryable: true });
      aSecondLater();
      expect(await send(id)).toMatchObject({ code: 'mqtt.connection', retryable: true });
      await broker.goUp();
      expect(await send(id)).toMatchObject({ code: 'mqtt.connection' });
      aSecondLater();
      expect(await send(id)).toEqual({ status: 'delivered' });
    }));

  it('is left for another one when an acknowledgement is given up', () =>
    withBroker(MqttSink.start(), async (broker) => {
      const id = await anIntegration(broker, { protocol_version: 4 });
      broker.holdAcks();
      const controller = new AbortController();
      const patient = send(id, 'patient');
      const impatient = send(id, 'impatient', { signal: controller.signal });
      await broker.received(2);
      controller.abort();
      expect(await impatient).toMatchObject({ code: 'mqtt.aborted', retryable: true });
      const next = send(id, 'next');
      await broker.received(3);
      broker.releaseAcks();
      expect(await Promise.all([patient, next])).toEqual([{ status: 'delivered' }, { status: 'delivered' }]);
      const [first, , third] = broker.messages;
      expect(first?.clientId).not.toBe(third?.clientId);
    }));

  it('is another one after an edit', () =>
    withBroker(MqttSink.start(), async (broker) => {
      const id = await anIntegration(broker, { protocol_version: 4 });
      await send(id, 'before');
      const config = { host: broker.host, port: broker.port, topic: 'new/{{device}}', protocol_version: 4 };
      await server.http('PUT', `/api/v1/integrations/${id}`, { token, body: { config } });
      await server.settled();
      await send(id, 'after');
      expect(broker.messages.map(({ topic }) => topic)).toEqual(['up/before', 'new/after']);
      expect(new Set(broker.messages.map(({ clientId }) => clientId)).size).toBe(2);
    }));
});

describe('a broker that is killed again and again', () => {
  it('loses no message that is tried until it is delivered', () =>
    withBroker(MqttSink.start(), async (broker) => {
      const id = await anIntegration(broker, { protocol_version: 4 });
      const wanted = Array.from({ length: 500 }, (_, number) => `k${number}`);
      let delivered = 0;
      const untilDelivered = async (device: string): Promise<void> => {
        while ((await send(id, device)).status !== 'delivered') aSecondLater();
        delivered += 1;
        if (delivered % 50 === 0) broker.dropConnections();
      };
      const queue = [...wanted];
      const work = async (): Promise<void> => {
        for (let device = queue.shift(); device !== undefined; device = queue.shift()) await untilDelivered(device);
      };
      await Promise.all(Array.from({ length: 20 }, work));
      const taken = new Set(broker.messages.map(({ topic }) => topic));
      expect(wanted.filter((device) => !taken.has(`up/${device}`))).toEqual([]);
    }));
});
