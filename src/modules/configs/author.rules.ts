import type { Principal } from '../auth/principal.decorator.js';
import type { RevisionAuthor } from './config-saves.js';

/** Who asks, as revisions name them. */
export function authorOf(principal: Principal): RevisionAuthor {
  switch (principal.kind) {
    case 'user':
      return { kind: 'user', id: principal.userId };
    case 'api_key':
      return { kind: 'api_key', id: principal.apiKeyId };
    default:
      return { kind: 'system', id: null };
  }
}
