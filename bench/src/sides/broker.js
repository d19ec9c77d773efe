import { execFileSync } from 'node:child_process';
import { accessSync, constants, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { once } from 'node:events';
import { delimiter, join } from 'node:path';
import { freePort, Program } from '../processes/program.js';
import { Helper } from '../processes/helper.js';

/**
 * The broker of the main job, the same for all sides: Mosquitto where the machine has it, else aedes.
 *
 * @typedef {{ name: string, port: number, pid: number, stop: () => Promise<void> }} Broker
 * @param {string} folder
 * @returns {Promise<Broker>}
 */
export async function startBroker(folder) {
  const mosquitto = findOnPath('mosquitto');
  return mosquitto === undefined ? startAedes() : startMosquitto(mosquitto, folder);
}

/** @param {string} file @param {string} folder @returns {Promise<Broker>} */
async function startMosquitto(file, folder) {
  mkdirSync(folder, { recursive: true });
  const port = await freePort();
  const config = join(folder, 'mosquitto.conf');
  // Without limits of its own: a message that the broker drops for a slow sink would look like one of a side's.
  const lines = [
    ...[`listener ${port} 127.0.0.1`, 'allow_anonymous true', 'persistence false', 'set_tcp_nodelay true'],
    ...['max_queued_messages 0', 'max_inflight_messages 0', 'log_type error', 'log_dest stderr'],
  ];
  writeFileSync(config, `${lines.join('\n')}\n`);
  const program = await Program.start({
    name: 'Mosquitto',
    file,
    args: ['-c', config],
    logFile: join(folder, 'mosquitto.log'),
    isReady: () => answers(port),
  });
  // It prints its version with its usage, and calls that a failure.
  const version = /mosquitto version (\S+)/.exec(outputOf(file, ['-h']))?.[1] ?? '';
  return { name: `Mosquitto ${version}`.trim(), port, pid: program.pid, stop: () => program.stop() };
}

/** @returns {Promise<Broker>} */
async function startAedes() {
  const helper = await Helper.start('processes/broker.js');
  const packageFile = new URL('../../node_modules/aedes/package.json', import.meta.url);
  const { version } = JSON.parse(readFileSync(packageFile, 'utf8'));
  return { name: `aedes ${version}`, port: helper.ready.port, pid: helper.pid, stop: () => helper.stop() };
}

/** @param {number} port */
async function answers(port) {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.destroy();
  return true;
}

/** @param {string} program */
function findOnPath(program) {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  return folders
    .map((folder) => join(folder, program))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/** @param {string} file @param {string[]} args */
function outputOf(file, args) {
  try {
    return execFileSync(file, args, { encoding: 'utf8' });
  } catch (error) {
    return String(/** @type {{ stdout?: string }} */ (error).stdout ?? '');
  }
}
