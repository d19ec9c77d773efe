/** The server's public API, as a person's script would use it. */
export class Api {
  /** @param {string} url without a slash at its end */
  constructor(url) {
    this.url = url;
    this.token = '';
  }

  /** @param {string} path @param {unknown} body @returns {Promise<any>} */
  post(path, body) {
    return this.#send('POST', path, body);
  }

  /** @param {string} path @param {unknown} body @returns {Promise<any>} */
  put(path, body) {
    return this.#send('PUT', path, body);
  }

  /** @param {string} method @param {string} path @param {unknown} body @returns {Promise<any>} */
  async #send(method, path, body) {
    const answer = await globalThis.fetch(`${this.url}${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...(this.token && { authorization: `Bearer ${this.token}` }) },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }

  /** @param {string} path @returns {Promise<any>} */
  async get(path) {
    const answer = await globalThis.fetch(`${this.url}${path}`, { headers: { authorization: `Bearer ${this.token}` } });
    if (!answer.ok) throw new Error(`GET ${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }

  /** An account with a tenant of its own, and in it. */
  async signUp() {
    const account = { email: 'bench@example.org', username: 'bench', password: 'a password for the bench' };
    await this.post('/api/v1/auth/register', account);
    const { username, password } = account;
    this.token = (await this.post('/api/v1/auth/login', { username, password })).access_token;
  }
}
