import { appendFileSync } from 'node:fs';
import { chaosSeed } from './chance.js';

/** What every chaos run comes to. `more` is the scenario's own: kills, seconds, a p95 … */
export interface ChaosRow {
  scenario: string;
  sent: number;
  answered: number;
  stored: number;
  runs: number;
  delivered: number;
  /** Requests at the sink beyond one per delivery. */
  duplicates: number;
  lost: number;
  more?: Record<string, number | string>;
}

/** Prints one row of the chaos table, and adds it to the file that CHAOS_TABLE names, if any. */
export function printChaosRow({ scenario, more = {}, ...counts }: ChaosRow): void {
  const cells = Object.entries({ ...counts, ...more }).map(([name, value]) => `${name} ${value}`);
  const row = `| ${[scenario, `seed ${chaosSeed}`, ...cells].join(' | ')} |\n`;
  process.stdout.write(row);
  const table = process.env['CHAOS_TABLE'];
  if (table !== undefined && table !== '') appendFileSync(table, row);
}
