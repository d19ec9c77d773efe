/** Speaks to the server as any client does: HTTP and JSON, nothing else. */
export class ApiClient {
  constructor(
    private readonly baseUrl: string,
    private readonly bearer?: string,
  ) {}

  withBearer(bearer: string): ApiClient {
    return new ApiClient(this.baseUrl, bearer);
  }

  get<T>(path: string): Promise<T> {
    return this.ask<T>('GET', path);
  }

  post<T>(path: string, body: unknown): Promise<T> {
    return this.ask<T>('POST', path, body);
  }

  private async ask<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${this.baseUrl}${path}`, {
      method,
      headers: {
        ...(this.bearer === undefined ? {} : { authorization: `Bearer ${this.bearer}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status.toString()}: ${text}`);
    return JSON.parse(text) as T;
  }
}
