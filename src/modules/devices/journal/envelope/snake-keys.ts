/** Keys below these belong to people, not to ChirpStack: they stay as they are. */
const freeForm = new Set(['tags', 'metadata', 'object']);

/** ChirpStack's lowerCamelCase names as we write them, at any depth: `rxInfo[0].gatewayId` → `gateway_id`. */
export function snakeKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(snakeKeys);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]: [string, unknown]) => [
      snakeKey(key),
      freeForm.has(key) ? item : snakeKeys(item),
    ]),
  );
}

function snakeKey(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
