import { isPlainObject } from '../../core/json/is-plain-object.js';
import type { ConfigFile } from './config/config-file.js';
import type { UserCredentials } from './config/provision-config.rules.js';
import { Refused } from './http/refused.js';
import { detailOf, type Answer, type ServerApi } from './http/server-api.js';
import { lacksRights, strange, textIn, UserApi } from './http/user-api.js';
import { ProvisionFailed } from './provision-failed.js';

export type TokenState = 'valid' | 'refreshed' | 'not_saved';

/** The first step: the token of the file where it is still taken, else a new one, which goes into the file. */
export class SignIn {
  constructor(
    private readonly api: ServerApi,
    private readonly file: ConfigFile,
    private readonly notice: (text: string) => void,
  ) {}

  async with(user: UserCredentials, { saves }: { saves: boolean }): Promise<{ api: UserApi; token: TokenState }> {
    const known = user.token === undefined ? null : await this.whose(user.token);
    if (user.token !== undefined && known !== null) {
      return { api: this.admitted(user.token, known, user), token: 'valid' };
    }
    const token = await this.refreshed(user);
    const me = await this.whose(token);
    if (me === null) throw strange('the token of a login');
    const state = saves ? this.saved(token) : 'not_saved';
    return { api: this.admitted(token, me, user), token: state };
  }

  /** Null: the token is not taken, or not a person’s. */
  private async whose(token: string): Promise<{ username: string; role: string } | null> {
    const answer = await this.api.ask('GET', '/api/v1/auth/me', { bearer: token });
    if (answer.status === 401 || answer.status === 403) return null;
    if (answer.status !== 200 || !isPlainObject(answer.body)) throw this.noFieldline(answer);
    return { username: textIn(answer.body, 'username'), role: textIn(answer.body, 'role') };
  }

  private async refreshed({ token, username, password }: UserCredentials): Promise<string> {
    if (username === undefined || password === undefined) {
      const missing = username === undefined ? 'username' : 'password';
      throw new ProvisionFailed(
        'configuration',
        'The token cannot be refreshed.',
        `${token === undefined ? 'there is none' : 'the one in the file has ended'}, and the file names no ${missing}`,
        `add ${this.file.where('thingsboard', missing)}`,
      );
    }
    const body = { username: username.value, password: password.value };
    const answer = await this.api.ask('POST', '/api/v1/auth/login', { body });
    if (answer.status === 200 && isPlainObject(answer.body)) return textIn(answer.body, 'access_token');
    if (answer.status === 401) {
      throw new Refused('credentials', 'Token refresh failed.', answer, {
        why: `incorrect password, or no such user: the server does not take ${username.value} with the password of the file`,
        cure: `update ${password.at}; the name is ${username.at}`,
      });
    }
    if (answer.status === 404) throw this.noFieldline(answer);
    const cure = `check ${username.at} and ${password.at}`;
    throw new Refused('credentials', 'Token refresh failed.', answer, { cure });
  }

  private saved(token: string): TokenState {
    try {
      this.file.saveToken(token);
      return 'refreshed';
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.notice(`the new token could not be written into ${this.file.path}; the next run gets another (${why})`);
      return 'not_saved';
    }
  }

  /** Before anything is made: half of a hierarchy helps nobody. */
  private admitted(token: string, me: { username: string; role: string }, { username }: UserCredentials): UserApi {
    const user = { ...me, at: username?.at ?? this.file.where('thingsboard', 'username') };
    if (user.role !== 'admin') {
      throw lacksRights(user, `403 Forbidden: ${user.username} may not provision devices; nothing was made.`);
    }
    return new UserApi(this.api, token, user);
  }

  private noFieldline({ status, body }: Answer): ProvisionFailed {
    return new ProvisionFailed(
      'unreachable',
      `${this.api.shownUrl} is no Fieldline server.`,
      `/api/v1/auth answered ${status}: ${detailOf(body) ?? 'nothing that is known'}`,
      `check the address in ${this.file.where('thingsboard', 'url')}`,
    );
  }
}
