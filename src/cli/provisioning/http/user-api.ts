import { isPlainObject } from '../../../core/json/is-plain-object.js';
import { ProvisionFailed } from '../provision-failed.js';
import { Refused } from './refused.js';
import { detailOf, type Answer, type ServerApi } from './server-api.js';

/** Whose token it is, and where the file names them. */
export interface SignedIn {
  username: string;
  role: string;
  /** As in `[thingsboard] username (config.properties, line 3)`. */
  at: string;
}

export type Item = Record<string, unknown>;

/** The server’s API as one user may use it: answers what was asked for, or throws why not. */
export class UserApi {
  constructor(
    private readonly api: ServerApi,
    private readonly bearer: string,
    readonly user: SignedIn,
  ) {}

  async list(path: string): Promise<Item[]> {
    const { body } = await this.granted('GET', path);
    if (Array.isArray(body) && body.every(isPlainObject)) return body;
    throw strange(path);
  }

  async get(path: string): Promise<Item> {
    return this.object('GET', path);
  }

  async post(path: string, body: unknown): Promise<Item> {
    return this.object('POST', path, body);
  }

  async patch(path: string, body: unknown): Promise<Item> {
    return this.object('PATCH', path, body);
  }

  private async object(method: 'GET' | 'POST' | 'PATCH', path: string, body?: unknown): Promise<Item> {
    const answer = await this.granted(method, path, body);
    if (!isPlainObject(answer.body)) throw strange(path);
    return answer.body;
  }

  private async granted(method: 'GET' | 'POST' | 'PATCH', path: string, body?: unknown): Promise<Answer> {
    const answer = await this.api.ask(method, path, { bearer: this.bearer, body });
    if (answer.status < 300) return answer;
    const what = `${method} ${path.split('?')[0] ?? path}`;
    if (answer.status === 403)
      throw lacksRights(this.user, `403 Forbidden: ${what} was refused.`, detailOf(answer.body));
    if (answer.status === 401) {
      const cure = 'run the command again: it gets a new token';
      throw new Refused('credentials', `The token was taken, and is not any more (${what}).`, answer, { cure });
    }
    throw new Refused('refused', `The server refused ${what}.`, answer, {
      cure: 'change what it names, or ask who runs the server',
    });
  }
}

/** Document 004’s first row of troubles. */
export function lacksRights({ username, role, at }: SignedIn, what: string, detail?: string): ProvisionFailed {
  return new ProvisionFailed(
    'rights',
    what,
    `${username} lacks the rights of a tenant’s admin; the role is ${role}${detail === undefined ? '' : ` (${detail})`}`,
    `name a user with administrative rights in ${at}, or have an admin give ${username} that role`,
  );
}

export function textIn(item: Item, key: string): string {
  const value = item[key];
  if (typeof value === 'string') return value;
  throw strange(key);
}

export function textOrNull(item: Item, key: string): string | null {
  return typeof item[key] === 'string' ? item[key] : null;
}

/** JSON, but not what Fieldline answers. */
export function strange(what: string): ProvisionFailed {
  return new ProvisionFailed(
    'unreachable',
    'The server answers in another way than Fieldline does.',
    `${what} is not what was expected: another program, or a server of another time`,
    'check the address in [thingsboard] url, and that command and server are of about the same version',
  );
}
