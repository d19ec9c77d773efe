import { join, resolve } from 'node:path';
import type { Settings } from '../../../core/config/settings.js';

/** Files of versions, by tenant and id. Begins with a dot, as no asset does: files of document 003 may lie beside it. */
const keptName = '.store';
/** Files that are coming in: a folder for each process, held by it. */
const incomingName = '.incoming';

/** Where files lie, for all replicas alike. */
export interface AssetFolder {
  root: string;
  kept: string;
  incoming: string;
}

export function assetFolderOf({ assetsDir, dataDir }: Settings): AssetFolder {
  const root = resolve(assetsDir ?? join(dataDir, 'assets'));
  return { root, kept: join(root, keptName), incoming: join(root, incomingName) };
}
