import { loadSettings } from '../core/config/load-settings.js';
import { migrate as runMigrations } from '../core/database/migrate.js';
import { withDatabase } from './command-database.js';
import { WrongUsage, type Command } from './command.js';

/** For deployments in which the server itself does not migrate: once before its new version starts. */
export const migrate: Command = {
  parameters: '',
  summary: 'brings the schema of the database up to date; does nothing where it is',
  async run(args) {
    if (args.length > 0) throw new WrongUsage();
    const names = await withDatabase(loadSettings(), ({ databaseUrl }) => runMigrations(databaseUrl));
    return names.length === 0 ? 'The schema is up to date.' : `Ran ${names.join(', ')}.`;
  },
};
