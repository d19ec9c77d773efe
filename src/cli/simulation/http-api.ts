import { CommandFailed } from '../command.js';

/** The server refused, and said why. */
export class HttpRefused extends CommandFailed {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

const timeoutMs = 10_000;

/** Speaks to a server as any client does, with one bearer. */
export class HttpApi {
  constructor(
    private readonly baseUrl: string,
    private readonly bearer?: string,
  ) {}

  as(bearer: string): HttpApi {
    return new HttpApi(this.baseUrl, bearer);
  }

  get<T>(path: string): Promise<T> {
    return this.ask<T>('GET', path);
  }

  post<T>(path: string, body: unknown): Promise<T> {
    return this.ask<T>('POST', path, JSON.stringify(body));
  }

  private async ask<T>(method: string, path: string, body?: string): Promise<T> {
    const response = await this.fetched(method, path, body);
    const text = await response.text();
    if (!response.ok) throw new HttpRefused(response.status, `${method} ${path}: ${problemOf(response.status, text)}`);
    return JSON.parse(text) as T;
  }

  private async fetched(method: string, path: string, body?: string): Promise<Response> {
    const headers = {
      ...(this.bearer === undefined ? {} : { authorization: `Bearer ${this.bearer}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    };
    try {
      const signal = AbortSignal.timeout(timeoutMs);
      return await fetch(`${this.baseUrl}${path}`, {
        method,
        headers,
        signal,
        ...(body === undefined ? {} : { body }),
      });
    } catch (error) {
      throw new CommandFailed(`there is no answer from ${this.baseUrl}`, { cause: error });
    }
  }
}

/** In the words of the server, where it has any. */
function problemOf(status: number, text: string): string {
  try {
    const { detail, title } = JSON.parse(text) as { detail?: unknown; title?: unknown };
    if (typeof detail === 'string') return detail;
    if (typeof title === 'string') return title;
  } catch {
    // A proxy's page: its number says more than its text.
  }
  return `answered ${status.toString()}`;
}
