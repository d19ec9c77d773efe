import { SettingsInvalid } from '../core/config/settings-invalid.js';
import { EmbeddedPostgresError } from '../core/database/embedded/embedded-postgres.error.js';
import { sqlStateOf } from '../core/database/sql-state.js';
import { AppError } from '../core/errors/app-error.js';
import { databaseProblemOf } from '../core/http/problems/database-problem.js';

const undefinedTable = '42P01';

/** What the user of a command reads when it failed: the reason, in their words where we have them. */
export function explainFailure(error: unknown): string {
  if (error instanceof AppError || error instanceof SettingsInvalid || error instanceof EmbeddedPostgresError) {
    return error.message;
  }
  if (sqlStateOf(error) === undefinedTable) {
    return 'The database has no tables of ours yet: run `npm run migration:run`, or start the server with MIGRATE_ON_START=true.';
  }
  const problem = databaseProblemOf(error);
  if (problem !== undefined) return `The database cannot be used: ${problem.detail}. Is DATABASE_URL right?`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
