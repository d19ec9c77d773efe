/** Keys below these belong to people, not to ChirpStack: they stay as they are. */
const freeForm = new Set(['tags', 'metadata', 'object']);

/** ChirpStack's names are few and come with every message; what else comes is not remembered for ever. */
const known = new Map<string, string>();
const maxKnown = 2_000;

/** ChirpStack's lowerCamelCase names as we write them, at any depth: `rxInfo[0].gatewayId` → `gateway_id`. */
export function snakeKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(snakeKeys);
  if (typeof value !== 'object' || value === null) return value;
  const snake: Record<string, unknown> = {};
  const given: [string, unknown][] = Object.entries(value);
  for (const [key, item] of given) {
    const name = snakeKey(key);
    const named = freeForm.has(key) || typeof item !== 'object' ? item : snakeKeys(item);
    // Assigning to it would set the prototype.
    if (name === '__proto__') Object.defineProperty(snake, name, { value: named, enumerable: true });
    else snake[name] = named;
  }
  return snake;
}

function snakeKey(key: string): string {
  const found = known.get(key);
  if (found !== undefined) return found;
  const snake = key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  if (known.size < maxKnown) known.set(key, snake);
  return snake;
}
