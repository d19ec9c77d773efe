import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { KeycloakSettings } from '../../src/core/config/settings.js';

interface FakeClient extends Record<string, unknown> {
  id: string;
  clientId: string;
  secret: string;
  scopes: string[];
}

type Reply = [status: number, body?: unknown];

/**
 * As much of Keycloak's admin API as makes and removes clients, on a real socket, and strict about it: who has no token of
 * its own token endpoint is refused, and what it does not know is noted and answered 501.
 */
export class FakeKeycloak {
  readonly clients = new Map<string, FakeClient>();
  readonly unknown: string[] = [];
  scopes = ['iot-device-audience', 'profile', 'email', 'roles'];
  /** Refuses everything, or what an expression matches. */
  fails: RegExp | null = null;
  private readonly tokens = new Set<string>();

  private constructor(
    private readonly server: Server,
    readonly settings: KeycloakSettings,
  ) {}

  static async start(): Promise<FakeKeycloak> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const keycloak = new FakeKeycloak(server, {
      ...{ url, realm: 'iot', clientId: 'iotsupport-admin', clientSecret: 'a secret: with%signs' },
      deviceScope: 'iot-device-audience',
    });
    server.on('request', (request, response) => void keycloak.take(request, response));
    return keycloak;
  }

  client(clientId: string): FakeClient | undefined {
    return [...this.clients.values()].find((client) => client.clientId === clientId);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => {
      this.server.close(() => {
        resolve();
      });
    });
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname: path, searchParams } = new URL(request.url ?? '', this.settings.url);
    const pathname = path.replace(/\/$/, '');
    const call = `${request.method ?? ''} ${pathname}`;
    const sent = await text(request);
    if (this.fails?.test(call) === true) {
      response.socket?.destroy();
      return;
    }
    const [status, body] = this.answer(call, searchParams, sent, request.headers.authorization ?? '');
    response.setHeader('location', `${this.settings.url}${pathname}/${this.lastMade}`);
    response
      .writeHead(status, { 'content-type': 'application/json' })
      .end(body === undefined ? '' : JSON.stringify(body));
  }

  private lastMade = '';

  private answer(call: string, query: URLSearchParams, sent: string, authorization: string): Reply {
    if (call === 'POST /realms/iot/protocol/openid-connect/token')
      return this.token(new URLSearchParams(sent), authorization);
    if (!this.tokens.has(authorization.replace('Bearer ', ''))) return [401, { error: 'HTTP 401 Unauthorized' }];
    const [, id = '', rest = ''] = /\/admin\/realms\/iot\/clients\/([^/]+)(\/.*)?$/.exec(call) ?? [];
    const client = this.clients.get(id);
    const [method = ''] = call.split(' ');
    if (call === 'GET /admin/realms/iot/clients') {
      return [200, [...this.clients.values()].filter(({ clientId }) => clientId === query.get('clientId'))];
    }
    if (call === 'POST /admin/realms/iot/clients') return this.make(JSON.parse(sent) as FakeClient);
    if (call === 'GET /admin/realms/iot/client-scopes')
      return [200, this.scopes.map((name) => ({ id: `id of ${name}`, name }))];
    if (client === undefined) return id === '' ? this.refuse(call) : [404, { error: 'Could not find client' }];
    switch (`${method} ${rest}`) {
      case 'GET /client-secret':
        return [200, { type: 'secret', value: client.secret }];
      case 'POST /client-secret':
        client.secret = randomUUID();
        return [200, { type: 'secret', value: client.secret }];
      case 'GET /default-client-scopes':
        return [200, client.scopes.map((name) => ({ id: `id of ${name}`, name }))];
      case 'DELETE ':
        this.clients.delete(id);
        return [204];
      default:
        return rest.startsWith('/default-client-scopes/') && method === 'PUT'
          ? this.giveScope(client, decodeURIComponent(rest).replace('/default-client-scopes/id of ', ''))
          : this.refuse(call);
    }
  }

  private token(form: URLSearchParams, authorization: string): Reply {
    const { clientId, clientSecret } = this.settings;
    const encoded = [clientId, clientSecret].map((part) => encodeURIComponent(part).replaceAll('%20', '+')).join(':');
    const isRight = authorization === `Basic ${btoa(encoded)}` && form.get('grant_type') === 'client_credentials';
    if (!isRight) return [401, { error: 'unauthorized_client' }];
    const claims = { jti: randomUUID(), exp: Math.floor(Date.now() / 1_000) + 60 };
    const token = `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`;
    this.tokens.add(token);
    return [200, { access_token: token, expires_in: 60, token_type: 'Bearer' }];
  }

  private make(asked: FakeClient): Reply {
    if (this.client(asked.clientId) !== undefined) return [409, { errorMessage: 'Client already exists' }];
    const id = randomUUID();
    this.lastMade = id;
    this.clients.set(id, { ...asked, id, secret: randomUUID(), scopes: ['roles'] });
    return [201];
  }

  private giveScope(client: FakeClient, name: string): Reply {
    if (!this.scopes.includes(name)) return [404, { error: 'Client scope not found' }];
    client.scopes.push(name);
    return [204];
  }

  private refuse(call: string): Reply {
    this.unknown.push(call);
    return [501];
  }
}
