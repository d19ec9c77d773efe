import { onlyWith } from '../../../core/http/optional-routes.js';
import { thingsBoardSays } from '../thingsboard-says.rules.js';

/** What the routes of ThingsBoard's scripts have in common: its errors, and that they are there only when asked for. */
export const adminCalls = { ...onlyWith('thingsboardApi'), alsoSays: thingsBoardSays };
