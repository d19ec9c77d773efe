import type { Agent, Dispatcher } from 'undici';
import type { Redaction } from './redaction.rules.js';
import { storable } from './told.js';

/** What of an answer is kept, whoever sent it. */
const keptAnswerBytes = 16 * 1024;

export interface HttpAnswer {
  status: number;
  retryAfter: string | undefined;
  /** The beginning, without the secrets of whoever asked. */
  body: string;
}

/** One request and the beginning of its answer; the agent says how to connect, the signal when to give up. */
export async function exchange(
  agent: Agent,
  request: Dispatcher.RequestOptions & { signal: AbortSignal },
  redaction: Redaction,
): Promise<HttpAnswer> {
  const answer = await agent.request(request);
  const read = await beginningOf(answer.body, redaction.bytesFor(keptAnswerBytes));
  return {
    status: answer.statusCode,
    retryAfter: firstOf(answer.headers['retry-after']),
    body: redaction.beginning(read, keptAnswerBytes),
  };
}

/**
 * The status has already said what became of the message: a body that is endless, slow or broken is only kept as far as
 * it came.
 */
async function beginningOf(body: Dispatcher.ResponseData['body'], wantedBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= wantedBytes) break; // leaving the loop destroys the body, and with it the connection
    }
  } catch {
    // What came before stays.
  }
  return storable(Buffer.concat(chunks).subarray(0, wantedBytes).toString('utf8'));
}

function firstOf(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
