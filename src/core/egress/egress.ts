import { lookup as systemLookup } from 'node:dns/promises';
import type { LookupFunction, Socket } from 'node:net';
import { Inject, Injectable, Optional } from '@nestjs/common';
import { Agent, buildConnector } from 'undici';
import { Settings } from '../config/settings.js';
import { addressOf, canonicalHost, mayBeReached, networkOf, type Network } from './address.rules.js';
import { before, openTcp, secured, type CheckedAddress, type TlsOptions } from './checked-socket.js';
import { EgressRefused } from './egress-refused.js';
import { HostUnknown } from './host-unknown.js';

/** Asks for all addresses of a name. Tests put a name server of their own here. */
export type Resolver = (host: string) => Promise<{ address: string; family: number }[]>;
export const egressResolver = Symbol('egressResolver');

export interface SocketTarget {
  host: string;
  port: number;
  /** Present is TLS. The name that the certificate must carry is `servername`, else the host. */
  tls?: TlsOptions;
  /** For everything: resolving, connecting and the TLS handshake. */
  timeoutMs: number;
}

export interface HttpAgentOptions {
  connectTimeoutMs: number;
  tls?: TlsOptions;
  /** The most connections to one origin. */
  connections?: number;
}

/**
 * The only way out for what a user named: webhooks, brokers, storages, images, upstreams.
 *
 * A name is resolved once, each of its addresses is checked, and the connection goes to a checked address, never to
 * another look-up of the name; after connecting, the other end's address is checked again. Global addresses may be
 * reached, and those in EGRESS_ALLOW_CIDRS. No proxy of the environment is used.
 *
 * @throws EgressRefused, HostUnknown, or the socket's own error.
 */
@Injectable()
export class Egress {
  private readonly allowed: readonly Network[];
  private readonly resolver: Resolver;

  constructor(settings: Settings, @Optional() @Inject(egressResolver) resolver?: Resolver) {
    this.allowed = settings.egressAllowCidrs.map(networkOf);
    this.resolver = resolver ?? ((host) => systemLookup(host, { all: true }));
  }

  /** Why a host that is written as an address may not be reached; undefined for names, which are judged when resolved. */
  whyRefused(host: string): string | undefined {
    const canonical = canonicalHost(host);
    if (canonical === undefined) return `"${host}" is not a host`;
    const address = addressOf(canonical);
    if (address === undefined || mayBeReached(address, this.allowed)) return undefined;
    return `${canonical} is not a public address; the operator can open it by EGRESS_ALLOW_CIDRS`;
  }

  /** A URL that may be called now, with the addresses it stands for. */
  async checkUrl(
    text: string | URL,
    protocols?: readonly string[],
  ): Promise<{ url: URL; addresses: CheckedAddress[] }> {
    const url = this.readUrl(text, protocols);
    return { url, addresses: await this.resolveAll(url.hostname) };
  }

  /** A URL of a kind that may be called; its host is judged on connecting. Credentials belong into the settings of a connection. */
  readUrl(text: string | URL, protocols: readonly string[] = ['http:', 'https:']): URL {
    const url = URL.parse(String(text));
    if (url === null || !protocols.includes(url.protocol)) {
      throw new EgressRefused(
        `the address must begin with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`,
      );
    }
    if (url.username !== '' || url.password !== '')
      throw new EgressRefused('the address must not carry a user or password');
    return url;
  }

  /** The first address of a host, checked. */
  async resolve(host: string): Promise<CheckedAddress> {
    const [first] = await this.resolveAll(host);
    if (first === undefined) throw new HostUnknown(host, undefined);
    return first;
  }

  /** All addresses of a host. One that lies inside refuses the host: a public name that also leads inside is an attempt. */
  async resolveAll(host: string): Promise<CheckedAddress[]> {
    const refusal = this.whyRefused(host);
    if (refusal !== undefined) throw new EgressRefused(refusal);
    const canonical = canonicalHost(host) ?? '';
    const literal = addressOf(canonical);
    if (literal !== undefined) return [{ address: literal.toString(), family: literal.kind() === 'ipv4' ? 4 : 6 }];
    const found = await this.resolver(canonical).catch((error: unknown) => {
      throw new HostUnknown(canonical, error);
    });
    if (found.length === 0) throw new HostUnknown(canonical, undefined);
    return found.map(({ address, family }) => {
      // The address itself stays unsaid: it would tell how the inside is numbered.
      if (!this.mayReach(address)) throw new EgressRefused(`${canonical} leads to an address that is not public`);
      return { address, family: family === 6 ? 6 : 4 };
    });
  }

  /** A dns.lookup for net, tls and their users, which answers only checked addresses. It is not asked for literals. */
  readonly lookup: LookupFunction = (host, options, callback) => {
    this.resolveAll(host).then(
      (addresses) => {
        const wanted = addresses.filter(({ family }) => !isFamily(options.family) || options.family === family);
        const [first] = wanted;
        if (first === undefined) callback(new HostUnknown(host, undefined), '', 4);
        else if (options.all === true) callback(null, wanted);
        else callback(null, first.address, first.family);
      },
      (error: unknown) => {
        callback(error instanceof Error ? error : new Error(String(error)), '', 4);
      },
    );
  };

  /** For undici: each of its connections goes through the check. Belongs to the caller, who closes it. */
  httpAgent({ connectTimeoutMs, tls, connections }: HttpAgentOptions): Agent {
    const connector = buildConnector({ ...tls, timeout: connectTimeoutMs, lookup: this.lookup, allowH2: false });
    return new Agent({
      ...(connections === undefined ? {} : { connections }),
      connect: (options, callback) => {
        const refusal = this.whyRefused(options.hostname);
        if (refusal !== undefined) {
          callback(new EgressRefused(refusal), null);
          return;
        }
        connector(options, (...[error, socket]) => {
          if (error !== null) callback(error, null);
          else if (this.isWhereItShould(socket)) callback(null, socket);
          else callback(new EgressRefused(`${options.hostname} led to an address that is not public`), null);
        });
      },
    });
  }

  /** For every other protocol: a socket that is connected, checked, and through its TLS handshake. */
  async connectSocket({ host, port, tls, timeoutMs }: SocketTarget): Promise<Socket> {
    const deadline = AbortSignal.timeout(timeoutMs);
    const addresses = await before(deadline, this.resolveAll(host));
    const tcp = await openTcp(addresses, port, deadline);
    if (!this.isWhereItShould(tcp)) throw new EgressRefused(`${host} led to an address that is not public`);
    return tls === undefined ? tcp : secured(tcp, canonicalHost(host) ?? host, tls, deadline);
  }

  private mayReach(text: string): boolean {
    const address = addressOf(text);
    return address !== undefined && mayBeReached(address, this.allowed);
  }

  /** Ends a socket whose other end is not what was checked. */
  private isWhereItShould(socket: Socket): boolean {
    if (socket.remoteAddress !== undefined && this.mayReach(socket.remoteAddress)) return true;
    socket.destroy();
    return false;
  }
}

function isFamily(family: unknown): family is 4 | 6 {
  return family === 4 || family === 6;
}
