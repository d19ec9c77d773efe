import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deduplicationId } from '../uplinks.js';
import { serverProcesses } from '../processes/cpu-time.js';
import { freePort, Program } from '../processes/program.js';

/** Node-RED as its command starts it, with one flow. */
export class NodeRed {
  name = 'Node-RED';
  /** @type {Record<string, string>} */
  headers = {};

  /** @param {Program} program @param {number} port */
  constructor(program, port) {
    this.program = program;
    this.url = `http://127.0.0.1:${port}/uplink`;
  }

  /** @param {{ folder: string, flow: object[] }} how */
  static async start({ folder, flow }) {
    mkdirSync(folder, { recursive: true });
    const flowFile = join(folder, 'flows.json');
    writeFileSync(flowFile, JSON.stringify(flow));
    const port = await freePort();
    const settings = fileURLToPath(new URL('../peers/node-red.settings.cjs', import.meta.url));
    const packageFile = createRequire(import.meta.url).resolve('node-red/package.json');
    const program = await Program.start({
      name: 'Node-RED',
      file: process.execPath,
      args: [
        join(dirname(packageFile), 'red.js'),
        ...['--port', String(port), '--settings', settings, '--userDir', folder, flowFile],
      ],
      cwd: folder,
      logFile: join(folder, 'node-red.log'),
      // 404 while the flow is not deployed.
      isReady: async () => (await globalThis.fetch(`http://127.0.0.1:${port}/uplink`, probe())).status === 202,
    });
    return new NodeRed(program, port);
  }

  get processes() {
    return serverProcesses(this.program.pid);
  }

  stop() {
    return this.program.stop();
  }
}

/** An uplink of load 0, which is nobody's. */
const probe = () => ({
  method: 'POST',
  signal: globalThis.AbortSignal.timeout(2_000),
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({
    deduplicationId: deduplicationId(0, 0),
    deviceInfo: { devEui: '' },
    object: { temperature: 0, humidity: 0 },
  }),
});
