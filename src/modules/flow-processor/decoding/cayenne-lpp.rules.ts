/**
 * Cayenne Low Power Payload: readings one after the other, each a byte for its channel, a byte for its type, and its
 * value, the most significant byte first. A type is the number of its IPSO object less 3200; what stands below 240 and
 * is not of the first twelve are the extended types that libraries for devices agree on.
 */

/** What is read of a frame, and what was wrong with the rest. */
export interface CayenneReadings {
  readings: Record<string, unknown>;
  warnings: string[];
}

/** A number as the frame holds it. */
interface Field {
  /** Of an object; a reading of one number has none. */
  name?: string;
  bytes: 1 | 2 | 3 | 4;
  signed?: true;
  /** How many steps make one: exact, where a step of 0.1 is not. */
  per: number;
}

interface Kind {
  name: string;
  fields: readonly Field[];
}

const one = (name: string, bytes: Field['bytes'], per = 1, signed?: true): Kind => ({
  name,
  fields: [{ bytes, per, ...(signed === undefined ? {} : { signed }) }],
});
const axes = (name: string, per: number): Kind => ({
  name,
  fields: ['x', 'y', 'z'].map((axis) => ({ name: axis, bytes: 2, signed: true, per })),
});

const kinds: ReadonlyMap<number, Kind> = new Map([
  [0, one('digital_in', 1)],
  [1, one('digital_out', 1)],
  [2, one('analog_in', 2, 100, true)],
  [3, one('analog_out', 2, 100, true)],
  [100, one('generic', 4)],
  [101, one('luminosity', 2)], // lx
  [102, one('presence', 1)],
  [103, one('temperature', 2, 10, true)], // °C
  [104, one('relative_humidity', 1, 2)], // %
  [113, axes('accelerometer', 1_000)], // g
  [115, one('barometric_pressure', 2, 10)], // hPa
  [116, one('voltage', 2, 100)], // V
  [117, one('current', 2, 1_000)], // A
  [118, one('frequency', 4)], // Hz
  [120, one('percentage', 1)],
  [121, one('altitude', 2, 1, true)], // m
  [122, one('load', 3, 1_000, true)], // kg
  [125, one('concentration', 2)], // ppm
  [128, one('power', 2)], // W
  [130, one('distance', 4, 1_000)], // m
  [131, one('energy', 4, 1_000)], // kWh
  [132, one('direction', 2)], // °
  [133, one('unix_time', 4)],
  [134, axes('gyrometer', 100)], // °/s
  [135, { name: 'colour', fields: ['r', 'g', 'b'].map((name) => ({ name, bytes: 1, per: 1 })) }],
  [
    136,
    {
      name: 'gps',
      fields: [
        { name: 'latitude', bytes: 3, signed: true, per: 10_000 },
        { name: 'longitude', bytes: 3, signed: true, per: 10_000 },
        { name: 'altitude', bytes: 3, signed: true, per: 100 }, // m
      ],
    },
  ],
  [142, one('switch', 1)],
]);

/**
 * A path: the number of its bytes, this one included; how far a step is; the first point, latitude and longitude in steps
 * of three bytes each; then a byte for each further point, whose lower half is how many steps latitude went from the point
 * before and whose upper half is the same of longitude, both signed.
 */
const polyline = 240;
const polylineHead = 8;
/** Steps in ten thousandths of a degree by their code; codes below 200 are such a number themselves. */
const polylineSteps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000];
const firstStepCode = 227;

/**
 * `{temperature_3: 27.2, gps_1: {latitude, longitude, altitude}}`: each reading under its name and channel. A type that
 * nobody knows has no length that could be known either: what came before it stays, a warning says what is missing.
 */
export function cayenneReadings(bytes: Buffer): CayenneReadings {
  const readings: Record<string, unknown> = {};
  const warnings: string[] = [];
  let at = 0;
  while (at < bytes.length) {
    const channel = bytes[at] ?? 0;
    const type = bytes[at + 1];
    const begin = at + 2;
    if (type === polyline && begin < bytes.length) {
      const end = begin + Math.max(1, bytes[begin] ?? 1);
      const path = end > bytes.length ? null : pathOf(bytes.subarray(begin, end));
      if (path === null) warnings.push(`byte ${at.toString()}: the polyline is not whole`);
      else readings[`polyline_${channel.toString()}`] = path;
      at = end;
      continue;
    }
    const kind = type === undefined ? undefined : kinds.get(type);
    const end = begin + lengthOf(kind);
    if (kind === undefined || end > bytes.length) {
      const what =
        kind === undefined && type !== undefined ? `type ${type.toString()} is not known` : 'the frame ends early';
      warnings.push(`byte ${at.toString()}: ${what}; the rest is not read`);
      break;
    }
    readings[`${kind.name}_${channel.toString()}`] = valueOf(kind, bytes, begin);
    at = end;
  }
  return { readings, warnings };
}

/** `[{latitude, longitude}, …]`; null: the bytes are too few, or their step is none that anybody knows. */
function pathOf(bytes: Buffer): { latitude: number; longitude: number }[] | null {
  const code = bytes[1] ?? 0;
  const step = code < 200 ? code : polylineSteps[code - firstStepCode];
  if (bytes.length < polylineHead || step === undefined || step === 0) return null;
  let latitude = bytes.readIntBE(2, 3);
  let longitude = bytes.readIntBE(5, 3);
  const point = () => ({ latitude: (latitude * step) / 10_000, longitude: (longitude * step) / 10_000 });
  const path = [point()];
  for (const byte of bytes.subarray(polylineHead)) {
    latitude += (byte << 28) >> 28;
    longitude += (byte << 24) >> 28;
    path.push(point());
  }
  return path;
}

function lengthOf(kind: Kind | undefined): number {
  return kind?.fields.reduce((sum, { bytes }) => sum + bytes, 0) ?? 0;
}

function valueOf({ fields }: Kind, bytes: Buffer, begin: number): unknown {
  const object: Record<string, number> = {};
  let at = begin;
  for (const { name, bytes: size, signed, per } of fields) {
    const steps = signed === true ? bytes.readIntBE(at, size) : bytes.readUIntBE(at, size);
    if (name === undefined) return steps / per;
    object[name] = steps / per;
    at += size;
  }
  return object;
}
