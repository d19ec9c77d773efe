#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { withOrigin, type Origin } from '../core/origin/origin.js';
import { CommandFailed, WrongUsage, type Command } from './command.js';

/*
 * `npx fieldline <command> …`. Plain code and not nest-commander: finding the command in a table is one line, each command
 * is an object that a test can call, and help is printed without starting anything. Each is loaded when it is called: what
 * runs on a small gateway should not read the whole server first.
 */
const commands = new Map<string, () => Promise<Command>>([
  ['adopt-assets', async () => (await import('./adopt-assets.js')).adoptAssets],
  ['create-admin', async () => (await import('./create-admin.js')).createAdmin],
  ['migrate', async () => (await import('./migrate.js')).migrate],
  ['provision', async () => (await import('./provision.js')).provision],
  ['revert-migration', async () => (await import('./revert-migration.js')).revertMigration],
  ['rotate-keys', async () => (await import('./rotate-keys.js')).rotateKeys],
  ['rotate-signing-key', async () => (await import('./rotate-signing-key.js')).rotateSigningKey],
  ['simulate', async () => (await import('./simulate.js')).simulate],
]);

async function main([name, ...args]: readonly string[]): Promise<number> {
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') return say(await help(), 0);
  const load = commands.get(name);
  if (load === undefined) return complain(`There is no command "${name}".\n\n${await help()}`, 2);
  const command = await load();
  if (args.includes('--help') || args[0] === '-h') return say(helpOf(name, command), 0);
  try {
    const origin: Origin = { kind: 'system', reason: `npx fieldline ${name}` };
    return say(await withOrigin(origin, () => command.run(args)), 0);
  } catch (error) {
    if (error instanceof WrongUsage) return complain(`Usage: fieldline ${name} ${command.parameters}`, 2);
    if (error instanceof CommandFailed) return complain(error.message, error.exitCode);
    const { explainFailure } = await import('./explain-failure.js');
    return complain(explainFailure(error), 1);
  }
}

async function help(): Promise<string> {
  const all = await Promise.all([...commands].map(async ([name, load]) => ({ name, ...(await load()) })));
  const lines = all.map(({ name, parameters, summary }) => `  ${name} ${parameters}\n      ${summary}`);
  return `Usage: fieldline <command> …\n\n${lines.join('\n')}`;
}

function helpOf(name: string, { parameters, summary, details }: Command): string {
  return `Usage: fieldline ${name} ${parameters}\n\n${summary}${details === undefined ? '' : `\n\n${details}`}`;
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
