/** What entry.guest.ts needs of an envelope. */
export interface EnvelopeTools {
  /** The envelope of the JSON text, with the second names that ChirpStack's users know. */
  open(json: string): Record<string, unknown>;
  bytesOf(envelope: Record<string, unknown>): number[];
  /** What is noted on the device, as texts: what ChirpStack calls its variables. */
  variablesOf(envelope: Record<string, unknown>): Record<string, string>;
  /** `{data, fPort, variables}` for encodeDownlink. */
  downlinkInput(envelope: Record<string, unknown>): object;
  /** `{bytes, fPort, recvTime, variables}` for decodeUplink. */
  codecInput(envelope: Record<string, unknown>): object;
}

/**
 * Opens envelopes: `object` beside `data`, and camelCase twins of every snake_case name on the envelope itself and everywhere in device, device_info, rx_info
 * and tx_info. They stand on a prototype, so they can be read and assigned and are in no JSON.
 */
export function makeEnvelopeTools(): EnvelopeTools {
  type Fields = Record<string, unknown>;
  const { parse } = JSON;
  const { isArray } = Array;
  const { keys, setPrototypeOf, defineProperty, create } = Object;
  const TheDate = Date;
  const binaryOf = atob;

  const twins = create(Object.prototype) as object;
  const known = create(null) as Record<string, boolean>;

  function addTwin(snake: string): void {
    known[snake] = true;
    let camel = '';
    for (let at = 0; at < snake.length; at++) {
      const isGap = snake[at] === '_' && at > 0 && at + 1 < snake.length;
      camel += isGap ? (snake[++at] ?? '').toUpperCase() : (snake[at] ?? '');
    }
    if (camel === snake || camel in twins) return;
    defineProperty(twins, camel, {
      get(this: Fields) {
        return this[snake];
      },
      set(this: Fields, value: unknown) {
        this[snake] = value;
      },
      configurable: true,
    });
  }

  // What ChirpStack v4 sends is prepared once; other names are added when they are met.
  for (const snake of [
    'event_id received_at dev_eui dev_addr f_port f_cnt rx_info tx_info device_info deduplication_id device_class_enabled join_eui',
    'device_name device_id device_profile_id device_profile_name application_id application_name tenant_id tenant_name region_config_id',
    'gateway_id uplink_id gw_time ns_time time_since_gps_epoch fine_time_since_gps_epoch rf_chain crc_status spreading_factor code_rate',
    'polarization_inversion frequency_deviation bit_rate mac_command_status battery_level external_power_source region_common_name',
  ]) {
    for (const name of snake.split(' ')) addTwin(name);
  }

  const envelopePrototype = create(twins) as object;
  defineProperty(envelopePrototype, 'object', {
    get(this: Fields) {
      return this['data'];
    },
    set(this: Fields, value: unknown) {
      this['data'] = value;
    },
    configurable: true,
  });

  // Names that have no twin: known as well, so that most names of a message cost one look.
  for (const plain of [
    'event time device data payload dr adr confirmed id name mac labels profile metadata location latitude longitude altitude',
    'source accuracy rssi snr channel board antenna context tags frequency modulation lora bandwidth fsk',
  ]) {
    for (const name of plain.split(' ')) known[name] = true;
  }

  /** A name that nobody has heard of. */
  function meet(name: string): void {
    if (name.includes('_')) addTwin(name);
  }

  function dress(value: object): void {
    if (isArray(value)) {
      for (let at = 0; at < value.length; at++) {
        const item: unknown = value[at];
        if (typeof item === 'object' && item !== null) dress(item);
      }
      return;
    }
    const fields = value as Fields;
    const names = keys(fields) as [string, ...string[]];
    setPrototypeOf(fields, twins);
    const count = names.length;
    for (let at = 0; at < count; at++) {
      const name = names[at] as string;
      if (known[name] === undefined) meet(name);
      const child = fields[name];
      if (typeof child === 'object' && child !== null) dress(child);
    }
  }

  function open(json: string): Fields {
    const value: unknown = parse(json);
    if (typeof value !== 'object' || value === null || isArray(value))
      throw new TypeError('the envelope is not an object');
    const envelope = value as Fields;
    const names = keys(envelope) as [string, ...string[]];
    const count = names.length;
    for (let at = 0; at < count; at++) {
      const name = names[at] as string;
      if (known[name] === undefined) meet(name);
    }
    const { device, device_info, rx_info, tx_info } = envelope;
    if (typeof device === 'object' && device !== null) dress(device);
    if (typeof device_info === 'object' && device_info !== null) dress(device_info);
    if (typeof rx_info === 'object' && rx_info !== null) dress(rx_info);
    if (typeof tx_info === 'object' && tx_info !== null) dress(tx_info);
    setPrototypeOf(envelope, envelopePrototype);
    return envelope;
  }

  function bytesOf(envelope: Fields): number[] {
    const bytes: number[] = [];
    const payload = envelope['payload'];
    if (typeof payload !== 'string') return bytes;
    const binary = binaryOf(payload);
    for (let at = 0; at < binary.length; at++) bytes[at] = binary.charCodeAt(at);
    return bytes;
  }

  function codecInput(envelope: Fields): object {
    const received = envelope['received_at'] ?? envelope['time'];
    return {
      bytes: bytesOf(envelope),
      fPort: envelope['f_port'],
      recvTime: typeof received === 'string' ? new TheDate(received) : new TheDate(),
      variables: variablesOf(envelope),
    };
  }

  function variablesOf(envelope: Fields): Record<string, string> {
    const variables: Record<string, string> = {};
    const device = envelope['device'];
    const metadata = typeof device === 'object' && device !== null ? (device as Fields)['metadata'] : undefined;
    if (typeof metadata !== 'object' || metadata === null || isArray(metadata)) return variables;
    const names = keys(metadata) as [string, ...string[]];
    const count = names.length;
    for (let at = 0; at < count; at++) {
      const name = names[at] as string;
      const value = (metadata as Fields)[name];
      if (typeof value === 'string') variables[name] = value;
      else if (typeof value === 'number' || typeof value === 'boolean') variables[name] = `${value}`;
    }
    return variables;
  }

  function downlinkInput(envelope: Fields): object {
    return { data: envelope['data'], fPort: envelope['f_port'], variables: variablesOf(envelope) };
  }

  return { open, bytesOf, codecInput, variablesOf, downlinkInput };
}
