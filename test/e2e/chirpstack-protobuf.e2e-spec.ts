import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readChirpStackBody } from '../../src/modules/ingest/chirpstack/chirpstack-body.rules.js';
import { normaliseChirpStack } from '../../src/modules/ingest/chirpstack/normalise-chirpstack.rules.js';
import { startTestApp, type Body, type TestApp } from '../support/app.js';
import { eventsInBothEncodings, varint } from '../support/chirpstack-protobuf.js';
import { TenantWorld } from '../support/tenant-world.js';
import { aDevEui } from '../support/uplinks.js';

const octets = 'application/octet-stream';
const events = eventsInBothEncodings('a84041ffff1234ab');

describe('an event of ChirpStack as protobuf', () => {
  const recordOf = (bytes: Buffer, eventName: string, contentType: string) => {
    const { json, body } = readChirpStackBody(bytes, eventName, contentType);
    return normaliseChirpStack({ tenantId: 't', eventName, body, json, receivedAtMs: Date.UTC(2026, 10, 20, 12) });
  };

  it.each(events)('$name is the same record as its JSON', ({ name, protobuf, json }) => {
    const given = recordOf(protobuf, name, octets);
    const wanted = recordOf(Buffer.from(JSON.stringify(json)), name, 'application/json');
    expect(JSON.parse(given.body.toString())).toEqual(json);
    const hashed = name === 'log' || name === 'txack' ? { deduplicationId: expect.any(String) as unknown } : {};
    expect({ ...given, body: null }).toEqual({ ...wanted, body: null, ...hashed });
  });

  it('is one text, so that copies of it are recognised', () => {
    for (const { name, protobuf } of events) {
      expect(recordOf(protobuf, name, octets)).toEqual(recordOf(Buffer.from(protobuf), name, octets));
    }
  });

  it('is read under any of its names, and JSON also where it is called bytes', () => {
    const [{ name, protobuf, json } = { name: '', protobuf: Buffer.alloc(0), json: {} }] = events;
    for (const type of [octets, 'application/x-protobuf', 'Application/Protobuf; a=b']) {
      expect(readChirpStackBody(protobuf, name, type).json).toEqual(json);
    }
    const text = Buffer.from(JSON.stringify(json));
    expect(readChirpStackBody(text, name, octets)).toEqual({ json, body: text });
  });

  it('skips what it does not know', () => {
    const more = Buffer.from([0xfa, 0x07, 0x02, 0x61, 0x62, 0xf0, 0x07, 0x05]);
    for (const { name, protobuf, json } of events) {
      expect(readChirpStackBody(Buffer.concat([protobuf, more]), name, octets).json).toEqual(json);
    }
  });

  it('of an unknown kind keeps its bytes, and its device where it says one', () => {
    const [{ protobuf, json } = { protobuf: Buffer.alloc(0), json: {} }] = events;
    const known = readChirpStackBody(protobuf, 'something', octets).json;
    expect(known).toMatchObject({
      deviceInfo: Reflect.get(json, 'deviceInfo'),
      rawBase64: protobuf.toString('base64'),
    });
    const odd = Buffer.from([0x0a, 0xff, 0x01]);
    expect(readChirpStackBody(odd, 'something', octets).json).toEqual({ rawBase64: odd.toString('base64') });
  });

  it('that is cut or nested without end is refused, never anything else', () => {
    for (const { name, protobuf } of events) {
      for (let length = 1; length < protobuf.length; length += 7) {
        try {
          readChirpStackBody(protobuf.subarray(0, length), name, octets);
        } catch (error) {
          expect(error).toMatchObject({ code: 'ingest.unparsable' });
        }
      }
    }
    let tower = Buffer.alloc(0);
    for (let depth = 0; depth < 5_000; depth += 1) {
      const length = varint(tower.length);
      tower = Buffer.concat([Buffer.from([depth % 2 === 0 ? 0x32 : 0x0a]), length, tower]);
    }
    const nested = Buffer.concat([Buffer.from([0x5a]), varint(tower.length), tower]);
    expect(() => readChirpStackBody(nested, 'up', octets)).not.toThrow(RangeError);
  });
});

describe('POST /ingest/chirpstack with protobuf', () => {
  let app: TestApp;
  let world: TenantWorld;

  beforeAll(async () => {
    app = await startTestApp();
    world = await TenantWorld.create(app);
  });
  afterAll(() => app.close());

  const post = (body: Buffer, event: string): Promise<Body> =>
    app.http('POST', `/api/v1/ingest/chirpstack?event=${event}`, {
      headers: { authorization: `Bearer ${world.ingestKey}`, 'content-type': octets },
      body,
    });

  it('stores each event as if it had come as JSON', async () => {
    const device = await world.aDevice({ dev_eui: aDevEui() });
    for (const { name, protobuf, json } of eventsInBothEncodings(device.dev_eui.toLowerCase())) {
      const { status, body } = await post(protobuf, name);
      expect([name, status, body.success]).toEqual([name, 202, true]);
      const history = await world.get(`/api/v1/devices/${device.id}/history?event=${name}`);
      expect(history.find(({ id }: Body) => id === body.event_id).data).toEqual(json);
    }
    const [up] = eventsInBothEncodings(device.dev_eui.toLowerCase());
    const again = await post(up?.protobuf ?? Buffer.alloc(0), 'up');
    expect(again.body.duplicate).toBe(true);
  });

  it('refuses what is neither', async () => {
    const { status, body } = await post(Buffer.from([0x0a, 0xff, 0x01]), 'up');
    expect([status, body.code]).toEqual([400, 'ingest.unparsable']);
  });
});
