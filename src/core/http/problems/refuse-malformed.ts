import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Problem } from './problem.js';
import { problemBody } from './send-problem.js';

const problems: Readonly<Record<string, Problem>> = {
  HPE_HEADER_OVERFLOW: { status: 431, code: 'http.headers_too_large', detail: 'the headers are larger than 16 KiB' },
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, code: 'http.timeout', detail: 'the request did not arrive in time' },
};
const malformed: Problem = { status: 400, code: 'http.malformed', detail: 'this is no HTTP request' };

/** Answers what the parser of HTTP refused: nothing of the framework has run, so the answer is written by hand. */
export function refuseMalformed(error: NodeJS.ErrnoException, socket: Socket): void {
  // Whoever is gone, or reads an answer already, is told nothing.
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable || socket.bytesWritten > 0) {
    socket.destroy();
    return;
  }
  const problem = problems[error.code ?? ''] ?? malformed;
  const requestId = randomUUID();
  const body = JSON.stringify(problemBody(problem, requestId));
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? ''}`,
    'content-type: application/problem+json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    `x-request-id: ${requestId}`,
    'cache-control: no-store',
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
