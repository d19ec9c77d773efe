import { createServer } from 'node:net';
import { once } from 'node:events';
import { Aedes } from 'aedes';
import { answerParent } from './answer-parent.js';

/** An MQTT broker in a process of its own, where the machine has no Mosquitto. */
const aedes = await Aedes.createBroker();
const server = createServer(aedes.handle).listen(0, '127.0.0.1');
await once(server, 'listening');
answerParent({}, { port: /** @type {import('node:net').AddressInfo} */ (server.address()).port });
