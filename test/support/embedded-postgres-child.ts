import { EmbeddedPostgres } from '../../src/core/database/embedded/embedded-postgres.js';

/**
 * A process of its own that runs an embedded PostgreSQL on argv[2], so that a test can kill it or start it as another user.
 * Writes one JSON line: {url, pid} or {code, message}; ends in order when its stdin closes.
 */
const dataDir = process.argv[2] ?? '';
const messages: string[] = [];
process.stdout.on('error', () => undefined); // the test ended before us

try {
  const server = await EmbeddedPostgres.start({ dataDir, log: (_level, message) => messages.push(message) });
  process.stdout.write(`${JSON.stringify({ url: server.url, pid: server.pid, messages })}\n`);
  process.stdin.resume().once('end', () => {
    void server.stop();
  });
} catch (error) {
  const { code, message } = error as { code?: string; message: string };
  process.stdout.write(`${JSON.stringify({ code, message })}\n`);
}
