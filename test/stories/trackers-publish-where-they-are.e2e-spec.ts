import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { MqttSink } from '../support/mqtt-sink.js';
import { TenantWorld } from '../support/tenant-world.js';

/** Document 001, "Asset Tracking". */
describe('trackers publish where they are', () => {
  let app: TestApp;
  let broker: MqttSink;

  beforeAll(async () => {
    [app, broker] = await Promise.all([startTestApp(), MqttSink.start()]);
  });
  afterAll(async () => {
    await app.close();
    await broker.close();
  });

  it('as soon as they wear the label', async () => {
    const world = await TenantWorld.create(app);
    const trackers = await world.aLabel('trackers');
    const format = await world.aFunction(
      `function locationProcessor({ device, data }) {
         return { who: device.dev_eui, lat: data.lat.toFixed(4), lon: data.lon.toFixed(4) };
       }`,
      'location-processor',
    );
    const positions = await world.anIntegration('mqtt', {
      host: broker.host,
      port: broker.port,
      topic: 'positions/{{who}}',
      protocol_version: 4,
    });
    await world.aChain(['label', trackers.id], ['function', format.id], ['integration', positions.id]);

    const truck = await world.aDevice({ label_ids: [trackers.id] });
    const fridge = await world.aDevice();
    const van = await world.aDevice();
    await app.http('POST', `/api/v1/labels/${trackers.id}/devices/${van.id}`, { token: world.token });

    for (const device of [truck, fridge, van])
      await world.post(device.dev_eui, { object: { lat: 52.123_456, lon: 4.987_654 } });

    const messages = await broker.received(2);
    expect(messages.map((message) => message.topic).sort()).toEqual(
      [`positions/${truck.dev_eui}`, `positions/${van.dev_eui}`].sort(),
    );
    expect(JSON.parse(messages[0]?.payload ?? '')).toMatchObject({ lat: '52.1235', lon: '4.9877' });
  });
});
