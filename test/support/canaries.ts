import { randomBytes } from 'node:crypto';
import { unpack } from '../../src/core/packing/packed.js';
import type { TestDatabase } from './database.js';

/** So much of a secret is a leak: a text that was cut may hold only its beginning or its end. */
const piece = 16;
const sealedText = /v1\.[\w-]{8}\.[\w-]{80}\./;

/** Where a secret was found, and in which spelling. */
export interface Leak {
  secret: string;
  place: string;
}

/** Secrets that occur nowhere else in the world, to be looked for wherever they must not be. */
export class Canaries {
  private readonly needles = new Map<string, string[]>();

  /** A new one: 40 hex digits behind a letter, so that it may stand anywhere that a password may. */
  make(name: string): string {
    return this.watch(name, `c${randomBytes(20).toString('hex')}`);
  }

  /** Looks for a secret that somebody else made. */
  watch(name: string, secret: string): string {
    if (secret.length < piece) throw new Error(`${name} is too short to be told from other texts`);
    const bytes = Buffer.from(secret);
    const spellings = [
      secret.slice(0, piece),
      secret.slice(-piece),
      bytes.toString('hex'),
      // In base64 a text looks in three ways, by what stands before it.
      ...[0, 1, 2].map((before) =>
        Buffer.concat([Buffer.alloc(before), bytes])
          .toString('base64')
          .slice(before === 0 ? 0 : 4, -4),
      ),
    ];
    this.needles.set(name, [...new Set(spellings)]);
    return secret;
  }

  get names(): string[] {
    return [...this.needles.keys()];
  }

  leaksIn(text: string, place: string, allowed: readonly string[] = []): Leak[] {
    return [...this.needles]
      .filter(([name, needles]) => !allowed.includes(name) && needles.some((needle) => text.includes(needle)))
      .map(([secret]) => ({ secret, place }));
  }

  /** Looks into every value of every table, packed bodies included. `allowed` names what may stand in `table.column`. */
  async leaksInDatabase(
    database: TestDatabase,
    allowed: Readonly<Record<string, readonly string[]>>,
  ): Promise<{ leaks: Leak[]; values: number }> {
    const tables = await database.query<{ name: string }>(
      `SELECT c.relname AS name FROM pg_class c
       WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition`,
    );
    const leaks: Leak[] = [];
    let values = 0;
    for (const { name } of tables) {
      for (const row of await database.query<Record<string, unknown>>(`SELECT * FROM ${name}`)) {
        for (const [column, value] of Object.entries(row)) {
          const place = `${name}.${column}`;
          values += 1;
          for (const text of textsOf(value)) {
            leaks.push(...this.leaksIn(text, place, allowed[place]));
            // Rotation finds sealed texts by the names of their columns.
            if (sealedText.test(text) && !column.endsWith('_sealed')) leaks.push({ secret: 'a sealed text', place });
          }
        }
      }
    }
    return { leaks, values };
  }
}

/** A value as text, and bytes also as what they may be packed of. */
function textsOf(value: unknown): string[] {
  if (value === null || value === undefined) return [];
  if (!Buffer.isBuffer(value)) return [typeof value === 'string' ? value : JSON.stringify(value)];
  try {
    return [value.toString('latin1'), unpack(value).toString('utf8')];
  } catch {
    return [value.toString('latin1')];
  }
}
