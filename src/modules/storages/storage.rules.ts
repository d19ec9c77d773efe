import type { Row } from '../../core/database/row.js';
import { isObject } from '../../core/json/object-reader.js';
import { mergePatch } from '../../core/json/merge-patch.js';
import { configKeys, type StorageType } from './config/storage-config.js';
import type { Storage } from './storage.entity.js';

/** What an object in a request (tags, tls) does to the stored one: PUT replaces it, PATCH is merged into it. */
export type ConfigEdit = 'replaces' | 'merges';

/** The fields of the config among those of a request, without those it does not have. */
export function configOf(request: object): Record<string, unknown> {
  const fields = new Map<string, unknown>(Object.entries(request));
  return Object.fromEntries(
    configKeys.filter((key) => fields.get(key) !== undefined).map((key) => [key, fields.get(key)]),
  );
}

/**
 * The type and the config that have to be checked anew; undefined when the request leaves both as they are. Absent fields
 * stay, null clears; another type begins with what the request says.
 */
export function editedConfig(
  stored: Row<Storage>,
  request: { type?: StorageType },
  edit: ConfigEdit,
): { type: StorageType; config: Record<string, unknown> } | undefined {
  const type = request.type ?? stored.type;
  const given = configOf(request);
  if (type !== stored.type) return { type, config: given };
  if (Object.keys(given).length === 0) return undefined;
  const config = edit === 'merges' ? mergePatch(stored.config, given) : { ...stored.config, ...given };
  return { type, config: isObject(config) ? config : {} };
}
