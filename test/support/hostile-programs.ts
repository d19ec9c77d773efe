import { readdirSync, readFileSync } from 'node:fs';

/** The programs as they were written, not as the compiler left them. */
const house = new URL('../../../test/hostile/', import.meta.url);

export interface HostileProgram {
  name: string;
  code: string;
  /** `success` with the JSON of the answer, or the codes of which one must come. */
  endsAs: string;
}

export const hostilePrograms: readonly HostileProgram[] = readdirSync(house).map((file) => {
  const code = readFileSync(new URL(file, house), 'utf8');
  return { name: file.replace('.js', ''), code, endsAs: /^\/\/ Ends as: (.+)$/m.exec(code)?.[1] ?? '' };
});
