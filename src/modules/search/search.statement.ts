import type { SearchTerms } from './search-terms.rules.js';
import type { SearchType } from './search-type.js';

/** Of devices that some part of matches, no more than this are ranked: the first hundreds say nothing about each other. */
const maxCandidates = 300;
/** Those that are spelt alike cost ten times as much to tell. */
const maxSimilar = 100;

const tier = { exact: 0, prefix: 1, contained: 2, similar: 3 };
const alive = 'tenant_id = $1 AND deleted_at IS NULL';
const firstWord = 7;

/** One table: what of a row is searched, how its hits are found, and what is shown of them besides id and name. */
interface Searched {
  table: string;
  text: string;
  isLarge: boolean;
  details: string;
}

const described = `name || ' ' || coalesce(description, '')`;
const enabled = `'description', description, 'status', CASE WHEN enabled THEN 'active' ELSE 'inactive' END`;

const searched: Record<SearchType, Searched> = {
  device: {
    table: 'devices',
    text: 'search_text',
    isLarge: true,
    details: `'description', description, 'dev_eui', dev_eui, 'mac', mac, 'serial', serial,
      'status', (SELECT status FROM device_state WHERE device_id = r.id)`,
  },
  label: { table: 'labels', text: described, isLarge: false, details: `'description', description, 'color', color` },
  place: { table: 'places', text: described, isLarge: false, details: `'description', description` },
  function: { table: 'functions', text: described, isLarge: false, details: `'description', description` },
  flow: { table: 'flows', text: described, isLarge: false, details: enabled },
  integration: { table: 'integrations', text: described, isLarge: false, details: enabled },
};

/**
 * One query over everything that is asked for. Each hit stands in the first tier that finds it: what the query names, what
 * begins with it, what holds all of its words; only where there is nothing at all, what is spelt like its words. Within a
 * tier the more similar name comes first.
 *
 * $1 tenant · $2 text · $3 identities · $4 id · $5 prefix · $6 limit · from $7 on the words as patterns, then as words
 */
export function searchStatement(
  tenantId: string,
  { text, identities, id, prefix, words, patterns, isIndexed }: SearchTerms,
  types: readonly SearchType[],
  limit: number,
): { sql: string; values: unknown[] } {
  const parameters = { patterns: numbered(firstWord, patterns), words: numbered(firstWord + patterns.length, words) };
  const texts = [...parameters.patterns, ...parameters.words].map((parameter) => `${parameter}::text`);
  const found = types.map(
    (type) => `found_${type} AS MATERIALIZED (${foundIn(searched[type], parameters, isIndexed)})`,
  );
  const isNothing = types.map((type) => `NOT EXISTS (SELECT FROM found_${type})`).join(' AND ');
  const ranked = types.map((type) => rankedOf(type, similarIn(searched[type], parameters, isIndexed, isNothing)));
  return {
    // Every parameter is named once with its type: not all of them are asked for in every query.
    sql: `WITH given AS (SELECT $1::uuid, $2::text, $3::text[], $4::uuid, $5::text, $6::int, ${texts.join(', ')}),
      ${found.join(',\n')} ${ranked.join(' UNION ALL ')}`,
    values: [tenantId, text, identities, id, prefix, limit, ...patterns, ...words],
  };
}

interface WordParameters {
  patterns: readonly string[];
  words: readonly string[];
}

/** Each row in the first tier that finds it. Of many rows every tier is a range of an index, with an end. */
function foundIn({ table, text, isLarge }: Searched, { patterns }: WordParameters, isIndexed: boolean): string {
  const holdsAll = patterns.map((pattern) => `${text} ILIKE ${pattern}`).join(' AND ');
  if (!isLarge) {
    return `SELECT id, tier FROM (
      SELECT id, CASE WHEN id = $4 OR lower(name) = lower($2) THEN ${tier.exact} WHEN lower(name) LIKE $5 THEN ${tier.prefix}
                      WHEN ${holdsAll} THEN ${tier.contained} END AS tier
      FROM ${table} WHERE ${alive}) judged WHERE tier IS NOT NULL`;
  }
  const isNamed = ['dev_eui', 'mac', 'uuid', 'serial'].map((column) => `${column} = ANY ($3)`).join(' OR ');
  const tiers = [
    `(SELECT id, ${tier.exact} AS tier FROM ${table} WHERE ${alive} AND (id = $4 OR ${isNamed}) LIMIT $6)`,
    `(SELECT id, ${tier.prefix} FROM ${table} WHERE ${alive} AND lower(name) LIKE $5 ORDER BY lower(name) USING ~<~ LIMIT $6)`,
    ...(isIndexed
      ? [someOf(`SELECT id FROM ${table} WHERE ${alive} AND ${holdsAll}`, tier.contained, maxCandidates)]
      : []),
  ];
  return `SELECT id, min(tier) AS tier FROM (${tiers.join(' UNION ALL ')}) hit GROUP BY id`;
}

function similarIn(
  { table, text }: Searched,
  { words }: WordParameters,
  isIndexed: boolean,
  isNothing: string,
): string {
  const areSimilar = words.map((word) => `${word} <% (${text})`).join(' AND ');
  const all = `SELECT id FROM ${table} WHERE ${alive} AND ${areSimilar} AND ${isNothing}`;
  return someOf(all, tier.similar, isIndexed ? maxSimilar : 0);
}

/**
 * The first few of what a select finds. Planned as if all were wanted, run only as far as they are: a plan made for the
 * few would read the tenant's rows one by one, in the hope of coming across them soon.
 */
function someOf(select: string, inTier: number, limit: number): string {
  return `(WITH every AS MATERIALIZED (${select}) SELECT id, ${inTier} AS tier FROM every LIMIT ${limit})`;
}

function rankedOf(type: SearchType, similar: string): string {
  const { table, text, details } = searched[type];
  return `(SELECT '${type}' AS type, r.id, r.name, jsonb_build_object(${details}) AS details
    FROM (SELECT * FROM found_${type} UNION ALL ${similar}) hit JOIN ${table} r ON r.id = hit.id
    ORDER BY hit.tier, similarity(r.name, $2) DESC, CASE WHEN hit.tier = ${tier.similar} THEN word_similarity($2, ${text}) END DESC,
      r.name, r.id LIMIT $6)`;
}

function numbered(first: number, list: readonly unknown[]): string[] {
  return list.map((_, index) => `$${(first + index).toString()}`);
}
