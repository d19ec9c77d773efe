import { loadSettings } from '../core/config/load-settings.js';
import { revertNewest } from '../core/database/migrate.js';
import { withDatabase } from './command-database.js';
import { WrongUsage, type Command } from './command.js';

/** The way back from an update that went wrong: the older version of the server starts after it. */
export const revertMigration: Command = {
  parameters: '',
  summary: 'takes back the newest migration, with what its tables hold',
  async run(args) {
    if (args.length > 0) throw new WrongUsage();
    const name = await withDatabase(loadSettings(), ({ databaseUrl }) => revertNewest(databaseUrl));
    return name === null ? 'There is no migration to take back.' : `Took back ${name}.`;
  },
};
