import { serverProcesses } from '../processes/cpu-time.js';
import { Helper } from '../processes/helper.js';

/** A peer of our own making, by its file in peers/. */
export class FastifyPeer {
  /** @type {Record<string, string>} */
  headers = {};

  /** @param {string} name @param {Helper} helper */
  constructor(name, helper) {
    this.name = name;
    /** @type {Record<string, import('../processes/cpu-time.js').Processes>} */
    this.database = {};
    this.helper = helper;
    this.url = `http://127.0.0.1:${helper.ready.port}/uplink`;
  }

  /** Fastify that answers and keeps nothing. */
  static async startBare() {
    return new FastifyPeer('bare Fastify', await Helper.start('peers/bare-fastify.js'));
  }

  /**
   * Fastify and one batched, durable insert: what a single table could at best.
   *
   * @param {import('./fieldline.js').Fieldline} host in whose PostgreSQL it gets a database of its own
   */
  static async startDurable(host) {
    const databaseUrl = await host.makeDatabase('limit');
    const peer = new FastifyPeer(
      'Fastify + batched insert',
      await Helper.start('peers/durable-fastify.js', { argument: { databaseUrl } }),
    );
    peer.database = { PostgreSQL: host.processes.PostgreSQL };
    return peer;
  }

  get processes() {
    return { ...serverProcesses(this.helper.pid), ...this.database };
  }

  stop() {
    return this.helper.stop();
  }
}
