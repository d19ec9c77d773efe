import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { HttpSink } from '../support/http-sink.js';
import { TenantWorld } from '../support/tenant-world.js';

/** Document 001, "Temperature Monitoring". */
describe('a hot room raises an alert', () => {
  let app: TestApp;
  let sink: HttpSink;

  beforeAll(async () => {
    [app, sink] = await Promise.all([startTestApp(), HttpSink.start()]);
  });
  afterAll(async () => {
    await app.close();
    await sink.close();
  });

  it('and a cool one does not', async () => {
    const world = await TenantWorld.create(app);
    const sensor = await world.aDevice({ name: 'Meeting room' });
    const alert = await world.aFunction(
      `function alert(message) {
         if (message.object.temperature <= 30) return null;
         return { alert: message.device.name + ' is at ' + message.object.temperature + ' °C' };
       }`,
    );
    const webhook = await world.anIntegration('http', { url: `${sink.url}/alerts` });
    const flow = await world.aChain(['device', sensor.id], ['function', alert.id], ['integration', webhook.id]);

    await world.post(sensor.dev_eui, { object: { temperature: 22.5 } });
    await world.post(sensor.dev_eui, { object: { temperature: 35.5 } });

    const [request] = await sink.received(1);
    expect(JSON.parse(request?.body ?? '')).toEqual({ alert: 'Meeting room is at 35.5 °C' });
    const runs = await eventually(async () => {
      const history: { status: string }[] = await world.get(`/api/v1/flows/${flow.id}/history`);
      return history.length === 2 ? history : undefined;
    }, 'two runs');
    expect(runs.map((run) => run.status)).toEqual(['success', 'success']);
    expect(sink.requests).toHaveLength(1);
  });
});
