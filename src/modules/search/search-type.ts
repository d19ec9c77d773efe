/** What is searched, by the name that a client asks for it. */
export const searchTypes = {
  devices: 'device',
  functions: 'function',
  flows: 'flow',
  integrations: 'integration',
  labels: 'label',
  places: 'place',
} as const;

export type SearchList = keyof typeof searchTypes;
export type SearchType = (typeof searchTypes)[SearchList];

export const searchLists = Object.keys(searchTypes) as readonly SearchList[];
