import { containing } from '../../core/database/conditions.js';

/** What a query is looked for as. */
export interface SearchTerms {
  /** As it was typed, without the space around it. */
  text: string;
  /** Everything it may be as the whole of a DevEUI, MAC, UUID or serial number. */
  identities: string[];
  /** The id that it is, if it is one. */
  id: string | null;
  /** The LIKE pattern of names, in lower case, that begin with it. */
  prefix: string;
  /** Each must be somewhere, in whatever order. */
  words: string[];
  /** The ILIKE patterns of the words. */
  patterns: string[];
  /** Whether an index of trigrams helps to find the words. Without, they are only sought among few rows. */
  isIndexed: boolean;
}

/** More words than this narrow nothing down any further. */
const maxWords = 8;

const idPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** A DevEUI or MAC, whole or in part, as any label or screen writes it. */
const pairsPattern = /^[0-9a-f]{2}([:.-][0-9a-f]{2})+[:.-]?$/i;
/** Three letters or digits in a row, or where a word of the stored text begins or ends: anything less has no trigram. */
const trigram = /[\p{L}\p{N}]{3}|[\p{L}\p{N}]{2}[^\p{L}\p{N}]|[^\p{L}\p{N}][\p{L}\p{N}]/u;

export function searchTermsOf(query: string): SearchTerms {
  const text = query.trim();
  const words = text.split(/\s+/).slice(0, maxWords).map(asStored);
  return {
    text,
    identities: identitiesOf(text),
    id: idPattern.test(text) ? text.toLowerCase() : null,
    prefix: containing(text.toLowerCase()).slice(1),
    words,
    patterns: words.map(containing),
    isIndexed: words.some((word) => trigram.test(word)),
  };
}

function identitiesOf(text: string): string[] {
  const digits = text.replace(/[:.-]/g, '');
  const isHex = /^[0-9a-f]+$/i.test(digits);
  const devEui = isHex && digits.length === 16 ? [digits.toUpperCase()] : [];
  const mac = isHex && digits.length === 12 ? [(digits.toLowerCase().match(/../g) ?? []).join('-')] : [];
  return [...new Set([text, ...devEui, ...mac])];
}

/** MAC addresses are stored with hyphens. */
function asStored(word: string): string {
  return pairsPattern.test(word) ? word.replace(/[:.]/g, '-') : word;
}
