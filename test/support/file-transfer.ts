import type { Body, TestAnswer, TestApp } from './app.js';
import { eventually } from './eventually.js';

const types = { csv: 'text/csv', ndjson: 'application/x-ndjson' };

/** Sends and fetches files of devices as one user does. */
export class FileTransfer {
  constructor(
    private readonly app: TestApp,
    private readonly token: string,
  ) {}

  send(file: string | Buffer, query = '', format: keyof typeof types = 'csv'): Promise<TestAnswer> {
    const headers = { 'content-type': types[format] };
    return this.app.http('POST', `/api/v1/devices/import${query}`, { token: this.token, headers, body: file });
  }

  /** Sends a file and waits for its end; answers the import with the report of its rows. */
  async take(file: string, query = '', format: keyof typeof types = 'csv'): Promise<Body> {
    const { status, body } = await this.send(file, query, format);
    if (status !== 202) throw new Error(`an import answered ${status}: ${JSON.stringify(body)}`);
    return this.end(String(body.id));
  }

  async end(id: string): Promise<Body> {
    const ended = await eventually(async () => {
      const { body } = await this.get(`devices/imports/${id}`);
      return body.state === 'running' ? undefined : body;
    }, 'the import is over');
    return { ...ended, rows: (await this.get(`devices/imports/${id}/rows?limit=1000`)).body };
  }

  get(path: string): Promise<TestAnswer> {
    return this.app.http('GET', `/api/v1/${path}`, { token: this.token });
  }

  async export(query = ''): Promise<string> {
    const answer = await this.get(`devices/export${query}`);
    return typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body);
  }
}
