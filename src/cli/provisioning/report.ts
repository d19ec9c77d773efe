import type { Coordinates } from './config/provision-config.rules.js';
import type { TokenState } from './sign-in.js';

export type Result = 'made' | 'found' | 'changed' | 'would_make' | 'would_change';

export interface PlaceReport {
  /** Null: it would be made. */
  id: string | null;
  name: string;
  result: Result;
}

export interface DeviceReport {
  id: string | null;
  name: string;
  serial: string | null;
  result: Result;
  /** By what it was found. */
  found_by: 'uuid' | 'serial' | 'name' | null;
  /** What of a device that was there was filled in. */
  changed: string[];
}

export type HandshakeResult = 'sent' | 'known' | 'would_send';

/** What `--json` prints: one run, with what was made and what was there. */
export interface ProvisionReport {
  outcome: 'changed' | 'unchanged' | 'would_change';
  server: string;
  config_file: string;
  way: 'user' | 'provisioning_key';
  username: string | null;
  token: TokenState | null;
  location: (Coordinates & { source: string }) | null;
  country: PlaceReport | null;
  state: PlaceReport | null;
  device: DeviceReport;
  first_telemetry: HandshakeResult;
  /** Only with --show-token. */
  access_token: string | null;
  notices: string[];
}

const words: Record<Result, string> = {
  made: 'made',
  found: 'found',
  changed: 'found and completed',
  would_make: 'would be made',
  would_change: 'found, would be completed',
};

const handshakeWords: Record<HandshakeResult, string> = {
  sent: 'sent, and taken by the server',
  known: 'the server has it already',
  would_send: 'would be sent',
};

const tokenWords: Record<TokenState, string> = {
  valid: 'the token of the file is valid',
  refreshed: 'a new token is in the file',
  not_saved: 'with a new token, which is not in the file',
};

/** What the outcome of all parts together is. */
export function outcomeOf(results: readonly Result[], handshake: HandshakeResult): ProvisionReport['outcome'] {
  if (results.some((result) => result.startsWith('would')) || handshake === 'would_send') return 'would_change';
  return results.every((result) => result === 'found') && handshake === 'known' ? 'unchanged' : 'changed';
}

/** The same for people. */
export function linesOf(report: ProvisionReport): string {
  const { country, state, device, location, username, token } = report;
  const who = username === null ? 'with the provisioning key of the file' : `as ${username}`;
  const rows: [string, string][] = [
    ['Configuration', report.config_file],
    ['Server', `${report.server} ${who}${token === null ? '' : `; ${tokenWords[token]}`}`],
    ['Location', location === null ? 'unknown' : `${location.latitude}, ${location.longitude} (${location.source})`],
    ...(country === null ? [] : [['Country', placeWords(country)] satisfies [string, string]]),
    ...(state === null ? [] : [['State', placeWords(state)] satisfies [string, string]]),
    ['Device', deviceWords(device)],
    ['First telemetry', handshakeWords[report.first_telemetry]],
    ...(report.access_token === null ? [] : [['Access token', report.access_token] satisfies [string, string]]),
    ...report.notices.map((notice): [string, string] => ['Notice', notice]),
  ];
  return [...rows.map(([name, text]) => `${`${name}:`.padEnd(17)}${text}`), '', conclusionOf(report)].join('\n');
}

function placeWords({ name, id, result }: PlaceReport): string {
  return `${name}: ${words[result]}${id === null ? '' : ` (${id})`}`;
}

function deviceWords({ name, id, result, found_by, changed }: DeviceReport): string {
  const by = found_by === null ? '' : ` by its ${found_by}`;
  const what = changed.length === 0 ? '' : `: ${changed.join(', ')}`;
  return `${name}: ${words[result]}${by}${what}${id === null ? '' : ` (${id})`}`;
}

function conclusionOf({ outcome, country, state, device }: ProvisionReport): string {
  const path = [country?.name, state?.name, device.name].filter((name) => name !== undefined).join(' → ');
  if (outcome === 'unchanged') return `Nothing was changed: ${path} was provisioned before.`;
  if (outcome === 'would_change') return `Dry run: nothing was changed, and ${path} would be provisioned.`;
  return `Done: ${path} is provisioned.`;
}
