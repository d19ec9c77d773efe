import { AssetAdoption } from '../modules/assets/adoption/asset-adoption.service.js';
import { WrongUsage, type Command } from './command.js';
import { withCommandApp } from './command-app.js';

/** Takes over the files that another server has left in ASSETS_DIR. */
export const adoptAssets: Command = {
  parameters: '',
  summary: 'makes assets of the files that document 003’s server left in ASSETS_DIR; again, it does nothing',
  async run(args) {
    if (args.length > 0) throw new WrongUsage();
    const { adopted, known, skipped } = await withCommandApp((app) => app.get(AssetAdoption).adoptAll());
    const warnings = skipped.map(({ name, why }) => `skipped ${name}: ${why}`);
    return [...warnings, `${adopted} adopted, ${known} known already, ${skipped.length} skipped`].join('\n');
  },
};
