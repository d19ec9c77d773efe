/** `http in → http response`: takes the uplink, answers, keeps nothing. */
export function echoFlow() {
  return [tab, httpIn([['answer']]), answer];
}

/**
 * `http in → function → mqtt out + http response`, QoS 1: everything in memory, no history.
 *
 * @param {{ port: number, topic: string, code: string }} options
 */
export function publishFlow({ port, topic, code }) {
  return [
    tab,
    httpIn([['convert']]),
    {
      id: 'convert',
      type: 'function',
      z: 'tab',
      ...at(2),
      name: 'convert',
      func: code,
      outputs: 1,
      timeout: 0,
      noerr: 0,
      initialize: '',
      finalize: '',
      libs: [],
      wires: [['publish', 'answer']],
    },
    {
      id: 'publish',
      type: 'mqtt out',
      z: 'tab',
      ...at(3),
      topic,
      qos: '1',
      retain: 'false',
      broker: 'broker',
      wires: [],
    },
    answer,
    {
      id: 'broker',
      type: 'mqtt-broker',
      broker: '127.0.0.1',
      port: String(port),
      clientid: '',
      autoConnect: true,
      usetls: false,
      protocolVersion: '4',
      keepalive: '60',
      cleansession: true,
    },
  ];
}

/** A place on the canvas: without one a node is taken for a shared configuration. @param {number} column */
function at(column) {
  return { x: column * 150, y: 100 };
}

const tab = { id: 'tab', type: 'tab', label: 'bench', disabled: false };
const answer = { id: 'answer', type: 'http response', z: 'tab', ...at(4), statusCode: '202', headers: {}, wires: [] };

/** @param {string[][]} wires */
function httpIn(wires) {
  return { id: 'in', type: 'http in', z: 'tab', ...at(1), url: '/uplink', method: 'post', upload: false, wires };
}
