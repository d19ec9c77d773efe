import { resolve } from 'node:path';
import type { Settings } from '../../../../core/config/settings.js';

/** Where the spools of all processes with this DATA_DIR lie. */
export function spoolRootOf(settings: Settings): string {
  return resolve(settings.dataDir, 'spool');
}
