type Attributes = Readonly<Record<string, unknown>>;

/** Both sides of a device's attributes. */
export interface AttributeSides {
  /** What the device said of itself. */
  client: Attributes;
  /** What it is to be. */
  shared: Attributes;
}

/** The keys of either side that a device asks for, as they stand in the query. */
export interface AskedKeys {
  clientKeys: string | undefined;
  sharedKeys: string | undefined;
}

/** What is there of what was asked for; who names no key asks for everything. A side without anything is left out. */
export function askedAttributes({ client, shared }: AttributeSides, asked: AskedKeys): Partial<AttributeSides> {
  const [clientKeys, sharedKeys] = [keysIn(asked.clientKeys), keysIn(asked.sharedKeys)];
  const all = clientKeys.length === 0 && sharedKeys.length === 0;
  const sides = {
    client: all ? client : picked(client, clientKeys),
    shared: all ? shared : picked(shared, sharedKeys),
  };
  return Object.fromEntries(Object.entries(sides).filter(([, side]) => Object.keys(side).length > 0));
}

function keysIn(text: string | undefined): string[] {
  return (text ?? '')
    .split(',')
    .map((key) => key.trim())
    .filter((key) => key !== '');
}

function picked(side: Attributes, keys: readonly string[]): Attributes {
  return Object.fromEntries(keys.filter((key) => Object.hasOwn(side, key)).map((key) => [key, side[key]]));
}
