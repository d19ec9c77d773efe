import { sanitiseJson } from './sanitise-json.js';

/** JSON text that jsonb takes whatever is in the value: user code and foreign servers put anything into a message. */
export function storableJson(value: unknown): string {
  return JSON.stringify(sanitiseJson(value).value);
}
