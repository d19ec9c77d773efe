import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';
import { Provider, type Configuration } from 'oidc-provider';

export const audience = 'https://fieldline.example/api';

interface SigningKey {
  jwk: JWK;
  privateKey: CryptoKey;
}

/** A person whom the issuer knows, and what its tokens say of them. */
export type Person = { sub: string } & Record<string, unknown>;

/**
 * A real OIDC issuer (oidc-provider) on a real socket. It can be away, be given other keys, and sign what no issuer would.
 */
export class OidcIssuer {
  /** What it was asked for. */
  readonly asked: string[] = [];
  private readonly people = new Map<string, Person>();
  private handle: RequestListener = () => undefined;
  private provider: Provider | undefined;
  isAway = false;

  private constructor(
    private readonly server: Server,
    readonly url: string,
    private keys: SigningKey[],
  ) {}

  static async start(): Promise<OidcIssuer> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const issuer = new OidcIssuer(server, `http://127.0.0.1:${port}`, [await aKey('first')]);
    server.on('request', (request, response) => {
      issuer.asked.push(request.url ?? '');
      if (issuer.isAway) response.socket?.destroy();
      else issuer.handle(request, response);
    });
    issuer.open();
    return issuer;
  }

  /** Another key signs from now on; the old ones are still shown, or not. */
  async rotate(kid: string, { keepsOld = true } = {}): Promise<void> {
    this.keys = [await aKey(kid), ...(keepsOld ? this.keys : [])];
    this.open();
  }

  /** An access token as the issuer makes it for somebody who has logged in at a client. */
  async tokenFor(person: Person, clientId = 'a-page'): Promise<string> {
    this.people.set(person.sub, person);
    const provider = this.provider;
    const client = await provider?.Client.find(clientId);
    if (provider === undefined || client === undefined) throw new Error(`there is no client ${clientId}`);
    const token = new provider.AccessToken({
      accountId: person.sub,
      client,
      scope: 'api',
      grantId: 'g',
      gty: 'authorization_code',
    });
    token.resourceServer = new provider.ResourceServer(audience, resource);
    return token.save();
  }

  /** A token that a service asks for with its own secret, through the issuer's token endpoint. */
  async tokenOfClient(clientId: string, clientSecret: string): Promise<string> {
    const answer = await fetch(`${this.url}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}` },
      body: new URLSearchParams({ grant_type: 'client_credentials', resource: audience, scope: 'api' }),
    });
    const body = (await answer.json()) as { access_token?: string };
    if (body.access_token === undefined) throw new Error(JSON.stringify(body));
    return body.access_token;
  }

  /** Whatever a test wants to say, under the issuer's newest key. */
  async sign(
    claims: Record<string, unknown>,
    { header = {}, key = this.newest }: { header?: object; key?: SigningKey } = {},
  ) {
    const now = Math.floor(Date.now() / 1_000);
    return new SignJWT({
      iss: this.url,
      aud: audience,
      sub: 'ann',
      iat: now,
      exp: now + 300,
      roles: ['viewer'],
      ...claims,
    })
      .setProtectedHeader({ alg: 'RS256', kid: this.newest.jwk.kid ?? '', typ: 'at+jwt', ...header })
      .sign(key.privateKey, { crit: { 'urn:example:must': true } });
  }

  get newest(): SigningKey {
    const [key] = this.keys;
    if (key === undefined) throw new Error('the issuer has no key');
    return key;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => {
      this.server.close(() => {
        resolve();
      });
    });
  }

  private open(): void {
    const configuration: Configuration = {
      adapter: NothingKept,
      jwks: { keys: this.keys.map(({ jwk }) => jwk) },
      clients: [
        { client_id: 'a-page', client_secret: 'secret', redirect_uris: ['https://page.example/'] },
        { ...service, client_id: 'a-service', client_secret: 'its secret' },
      ],
      scopes: ['openid', 'api'],
      ttl: { AccessToken: 300, ClientCredentials: 300 },
      extraTokenClaims: (_, token) => {
        const { sub: _sub, ...claims } = this.people.get('accountId' in token ? token.accountId : '') ?? {};
        return claims;
      },
      features: {
        clientCredentials: { enabled: true },
        devInteractions: { enabled: false },

        resourceIndicators: { enabled: true, getResourceServerInfo: () => resource },
      },
    };
    this.provider = new Provider(this.url, configuration);
    const callback = this.provider.callback();
    this.handle = (request, response) => void callback(request, response);
  }
}

/** Tokens that are JWTs are kept by whoever has them. */
class NothingKept {
  private readonly nothing = Promise.resolve(undefined);
  upsert = () => this.nothing;
  find = () => this.nothing;
  findByUserCode = () => this.nothing;
  findByUid = () => this.nothing;
  consume = () => this.nothing;
  destroy = () => this.nothing;
  revokeByGrantId = () => this.nothing;
}

const service = { grant_types: ['client_credentials'], redirect_uris: [], response_types: [] };
const resource = {
  audience,
  scope: 'api',
  accessTokenFormat: 'jwt' as const,
  accessTokenTTL: 300,
  jwt: { sign: { alg: 'RS256' as const } },
};

export async function aKey(kid: string): Promise<SigningKey> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  return { privateKey, jwk: { ...(await exportJWK(privateKey)), kid, alg: 'RS256', use: 'sig' } };
}
