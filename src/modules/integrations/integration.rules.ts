import { ValidationFailed } from '../../core/errors/validation-failed.js';
import type { Row } from '../../core/database/row.js';
import { mergePatch } from '../../core/json/merge-patch.js';
import type { Destination, IntegrationType } from './config/integration-config.js';
import { isObject } from '../../core/json/object-reader.js';
import type { Integration } from './integration.entity.js';

/** What a config in a request does to the stored one: PUT replaces it, PATCH is merged into it. */
export type ConfigEdit = 'replaces' | 'merges';

/** What a request says of an integration's destination. */
interface DestinationEdit {
  type?: IntegrationType;
  config?: Record<string, unknown>;
}

/** The type and the config that have to be checked anew; undefined when the request leaves both as they are. */
export function editedConfig(
  stored: Row<Integration>,
  request: DestinationEdit,
  edit: ConfigEdit,
): { type: IntegrationType; config: Record<string, unknown> } | undefined {
  const type = request.type ?? stored.type;
  if (request.config === undefined) {
    if (type === stored.type) return undefined;
    throw new ValidationFailed([{ path: 'config', message: 'is required with another type' }]);
  }
  const merges = edit === 'merges' && type === stored.type;
  const config = merges ? mergePatch(stored.config, request.config) : request.config;
  return { type, config: isObject(config) ? config : {} };
}

/** The stored columns as the pair that they are. */
export function destinationOf({ type, config }: Pick<Integration, 'type' | 'config'>): Destination {
  return { type, config } as Destination;
}
