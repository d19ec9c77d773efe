#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { withOrigin, type Origin } from '../core/origin/origin.js';
import { WrongUsage, type Command } from './command.js';
import { createAdmin } from './create-admin.js';
import { explainFailure } from './explain-failure.js';
import { migrate } from './migrate.js';
import { revertMigration } from './revert-migration.js';
import { rotateKeys } from './rotate-keys.js';
import { rotateSigningKey } from './rotate-signing-key.js';
import { simulate } from './simulate.js';

/*
 * `npx fieldline <command> …`. Plain code and not nest-commander: finding the command in a table is one line, each command
 * is an object that a test can call, and help is printed without starting anything.
 */
const commands = new Map<string, Command>([
  ['create-admin', createAdmin],
  ['migrate', migrate],
  ['revert-migration', revertMigration],
  ['rotate-keys', rotateKeys],
  ['rotate-signing-key', rotateSigningKey],
  ['simulate', simulate],
]);

async function main([name, ...args]: readonly string[]): Promise<number> {
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') return say(help(), 0);
  const command = commands.get(name);
  if (command === undefined) return complain(`There is no command "${name}".\n\n${help()}`, 2);
  try {
    const origin: Origin = { kind: 'system', reason: `npx fieldline ${name}` };
    return say(await withOrigin(origin, () => command.run(args)), 0);
  } catch (error) {
    if (error instanceof WrongUsage) return complain(`Usage: fieldline ${name} ${command.parameters}`, 2);
    return complain(explainFailure(error), 1);
  }
}

function help(): string {
  const lines = [...commands].map(([name, { parameters, summary }]) => `  ${name} ${parameters}\n      ${summary}`);
  return `Usage: fieldline <command> …\n\n${lines.join('\n')}`;
}

function say(text: string, exitCode: number): number {
  process.stdout.write(`${text}\n`);
  return exitCode;
}

function complain(text: string, exitCode: number): number {
  process.stderr.write(`${text}\n`);
  return exitCode;
}

// The same settings as `npm start`: what the environment says, and what it leaves open from the file.
if (existsSync('.env')) process.loadEnvFile('.env');
process.exitCode = await main(process.argv.slice(2));
