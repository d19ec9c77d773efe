import type { Body, TestApp } from './app.js';
import { aDevEui, anUplink } from './uplinks.js';

/** One tenant with an ingest key: what a test of messages needs before it can begin. Everything is made through HTTP. */
export class TenantWorld {
  private constructor(
    readonly app: TestApp,
    readonly token: string,
    readonly tenantId: string,
    readonly ingestKey: string,
  ) {}

  static async create(app: TestApp): Promise<TenantWorld> {
    const { token, tenantId } = await app.signUp();
    const key = await app.http('POST', '/api/v1/api-keys', { token, body: { name: 'ChirpStack', scopes: ['ingest'] } });
    return new TenantWorld(app, token, tenantId, String(key.body.key));
  }

  async aDevice(given: Record<string, unknown> = {}): Promise<{ id: string; dev_eui: string; name: string }> {
    const dev_eui = aDevEui();
    return this.made('/api/v1/devices', { name: `device ${dev_eui}`, dev_eui, ...given });
  }

  async aLabel(name: string): Promise<{ id: string }> {
    return this.made('/api/v1/labels', { name });
  }

  async aFunction(code: string, name = `function ${aDevEui()}`): Promise<{ id: string }> {
    return this.made('/api/v1/functions', { name, code });
  }

  async anIntegration(type: 'http' | 'mqtt', config: Record<string, unknown>): Promise<{ id: string }> {
    return this.made('/api/v1/integrations', { name: `${type} ${aDevEui()}`, type, config });
  }

  /** A flow in which each node leads to the next: `aChain(['device', id], ['function', id], ['integration', id])`. */
  async aChain(...nodes: [type: string, entityId: string][]): Promise<{ id: string }> {
    return this.aFlow(
      nodes.map(([type, entityId], index) => ({ id: `n${index.toString()}`, type, entityId })),
      nodes.slice(1).map((_, index) => [`n${index.toString()}`, `n${(index + 1).toString()}`]),
    );
  }

  async aFlow(
    nodes: { id: string; type: string; entityId: string; [more: string]: unknown }[],
    edges: [source: string, target: string][],
  ): Promise<{ id: string }> {
    return this.made('/api/v1/flows', {
      name: `flow ${aDevEui()}`,
      nodes: nodes.map(({ id, type, entityId, ...data }, index) => ({
        id,
        type,
        position: { x: index * 200, y: 0 },
        data: { entityId, ...data },
      })),
      edges: edges.map(([source, target]) => ({ id: `${source}-${target}`, source, target })),
    });
  }

  /** Posts as ChirpStack does and answers what it is told. */
  async post(devEui: string, given: Record<string, unknown> = {}, event = 'up'): Promise<Body> {
    const answer = await this.app.http('POST', `/api/v1/ingest/chirpstack?event=${event}`, {
      headers: { authorization: `Bearer ${this.ingestKey}` },
      body: anUplink(devEui, given),
    });
    if (answer.status !== 202)
      throw new Error(`ingest answered ${answer.status.toString()}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  get(url: string): Promise<Body> {
    return this.app.http('GET', url, { token: this.token }).then((answer) => {
      if (answer.status !== 200)
        throw new Error(`${url} answered ${answer.status.toString()}: ${JSON.stringify(answer.body)}`);
      return answer.body;
    });
  }

  private async made(url: string, body: Record<string, unknown>): Promise<Body> {
    const answer = await this.app.http('POST', url, { token: this.token, body });
    if (answer.status !== 201)
      throw new Error(`${url} answered ${answer.status.toString()}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  }
}
