/** So many are looked up by their ids in a third of the time in which 100,000 devices of places are read. */
export const fewRows = 5_000;
/** Read place by place, this many cost as much as 100,000 that are read at once. */
export const walkedRows = 10_000;

const withState = 'devices d JOIN device_state s ON s.tenant_id = d.tenant_id AND s.device_id = d.id';

/** The first devices of some places, as a select of their ids. */
export interface Sought {
  /** What is read: `d`, and `s` where anything asks for the state. */
  devices: string;
  where: string;
  orderBy: string;
  /** Where the page ends. */
  end: number;
  /** The parameter that holds the places' ids. */
  places: string;
}

/** All devices, with their state where these conditions and this order ask for it. */
export function sourceFor(conditionsAndOrder: string): string {
  return /\bs\./.test(conditionsAndOrder) ? withState : 'devices d';
}

/** Only those whose ids the parameter holds: as a condition, PostgreSQL held each row of the page to all of them once more. */
export function theseFew(ids: string): string {
  return `(SELECT d.* FROM unnest(${ids}::uuid[]) AS few (id) JOIN devices d ON d.tenant_id = $1 AND d.id = few.id
    OFFSET 0) AS d JOIN device_state s ON s.tenant_id = d.tenant_id AND s.device_id = d.id`;
}

/**
 * Of each place the first few, which an index holds in the order of their making, then the first of those: a page of a
 * country with ten thousand devices reads as many rows as it shows of each of its places, not all of them. Only for orders
 * that ask nothing of the state.
 */
export function firstOfEach({ devices, where, orderBy, end, places }: Sought): string {
  const first = `ORDER BY ${orderBy} LIMIT ${end}`;
  const ofEach = `SELECT d.id FROM ${devices} WHERE ${where} AND d.place_id = within.place_id ${first}`;
  return `SELECT d.id FROM unnest(${places}::uuid[]) AS within (place_id) CROSS JOIN LATERAL (${ofEach}) AS near
    JOIN devices d ON d.tenant_id = $1 AND d.id = near.id ${first}`;
}

/**
 * All at once, sorted after: who asks for a few that stand late in the order of an index, as those of a status may, would
 * else have PostgreSQL go through that index row by row.
 */
export function firstOfAll({ devices, where, orderBy, end, places }: Sought): string {
  const sorted = [...new Set(orderBy.match(/\b[ds]\.\w+/g))].join(', ');
  const all = `SELECT ${sorted} FROM ${devices} WHERE ${where} AND d.place_id = ANY(${places}::uuid[]) OFFSET 0`;
  return `SELECT id FROM (${all}) AS near ORDER BY ${orderBy.replaceAll(/\b[ds]\./g, 'near.')} LIMIT ${end}`;
}
