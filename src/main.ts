import { boundHeapGrowth } from './boot/heap-growth.js';
import { Server } from './boot/server.js';
import { explainFailure } from './cli/explain-failure.js';
import { loadSettings } from './core/config/load-settings.js';
import { JsonLogger } from './core/logging/json-logger.js';

boundHeapGrowth();
try {
  const settings = loadSettings();
  const server = new Server(new JsonLogger(settings.logLevel));
  // Once: whoever asks a second time does not want to wait.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      void server.stop().then(() => process.exit(0));
    });
  }
  await server.start(settings).catch(async (error: unknown) => {
    await server.stop();
    throw error;
  });
} catch (error) {
  process.stderr.write(`\n${explainFailure(error)}\n\n`);
  process.exit(1);
}
