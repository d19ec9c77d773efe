import { setTimeout as pause } from 'node:timers/promises';

/** Ten seconds of a server that is not there. */
const maxTries = 500;
const pauseMs = 20;

export interface FieldAnswer {
  status: number;
  body: Record<string, unknown>;
  etag: string | null;
}

/**
 * Asks until somebody answers, as what stands in a field does: a broken connection is tried again, and so is “not now”; an
 * answer is not.
 */
export async function askUntilAnswered(
  method: string,
  url: string,
  { headers = {}, body }: { headers?: Record<string, string>; body?: unknown } = {},
): Promise<FieldAnswer> {
  let last: unknown;
  for (let attempt = 0; attempt < maxTries; attempt += 1) {
    if (attempt > 0) await pause(pauseMs);
    try {
      const response = await fetch(url, {
        method,
        headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      if (response.status === 429 || response.status >= 500) throw new Error(`answered ${response.status.toString()}`);
      const parsed = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
      return { status: response.status, body: parsed, etag: response.headers.get('etag') };
    } catch (error) {
      last = error;
    }
  }
  throw new Error(`nobody answered ${method} ${url}`, { cause: last });
}
