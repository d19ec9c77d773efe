import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

/** File → the files it imports, as they are written there; a leading `type ` makes it an import of types alone. */
type Tree = Record<string, string[]>;

interface Finding {
  rule: { name: string };
  from: string;
  to: string;
  /** A circle is told once, from any of its files. */
  cycle?: { name: string }[];
}

/** A house in which everything is as it should be: each import here is one that must stay allowed. */
const sound: Tree = {
  'src/app.module.ts': ['./modules/auth/auth.module.js', './modules/flows/flows.module.js', '@nestjs/common'],
  'src/cli/create-admin.ts': ['../modules/auth/auth.service.js'],
  'src/core/time/clock.ts': ['@nestjs/common', 'node:fs'],
  'src/core/queue/queue.ts': ['../time/clock.js'],
  'src/modules/auth/auth.module.ts': ['./auth.controller.js', './auth.service.js'],
  'src/modules/auth/auth.controller.ts': ['./auth.service.js', './access.guard.js'],
  'src/modules/auth/auth.service.ts': ['./users.repository.js', '../../core/time/clock.js'],
  'src/modules/auth/users.repository.ts': ['./user.entity.js', 'typeorm'],
  'src/modules/auth/user.entity.ts': ['typeorm'],
  'src/modules/auth/user.rules.ts': ['type ./user.entity.js'],
  'src/modules/auth/user.rules.spec.ts': ['./user.rules.js', '@jest/globals'],
  'src/modules/auth/access.guard.ts': [],
  'src/modules/auth/admits.decorator.ts': [],
  'src/modules/auth/events/user-registered.event.ts': [],
  'src/modules/devices/journal/journal.service.ts': ['../../auth/auth.service.js'],
  'src/modules/devices/journal/device-event.contract.ts': [],
  'src/modules/flows/flows.module.ts': ['../auth/auth.module.js', './flows.service.js'],
  'src/modules/flows/flows.service.ts': [
    '../auth/access.guard.js',
    '../auth/admits.decorator.js',
    '../auth/events/user-registered.event.js',
    '../auth/user.entity.js',
    '../devices/journal/journal.service.js',
    'type ../devices/journal/device-event.contract.js',
    './graph/flow-graph.js',
  ],
  'src/modules/flows/graph/flow-graph.ts': [],
  'migrations/1-create-users.ts': ['type typeorm'],
};

interface Fault {
  rule: string;
  file: string;
  imports: string;
}

/** Each is added to the sound house as one more file, or more imports of one. */
const faults: Fault[] = [
  { rule: 'no-circle', file: 'src/core/time/clock.ts', imports: '../queue/queue.js' },
  { rule: 'no-circle', file: 'src/modules/auth/user.entity.ts', imports: 'type ./users.repository.js' },
  { rule: 'core-knows-no-module', file: 'src/core/queue/lanes.ts', imports: '../../modules/auth/auth.service.js' },
  { rule: 'nobody-knows-the-roof', file: 'src/core/queue/lanes.ts', imports: '../../cli/create-admin.js' },
  { rule: 'nobody-knows-the-roof', file: 'src/modules/auth/sessions.ts', imports: '../../cli/create-admin.js' },
  { rule: 'every-module-has-a-floor', file: 'src/main.ts', imports: './modules/weather/weather.module.js' },
  { rule: 'floor-1-knows-only-lower-floors', file: 'src/modules/auth/a.ts', imports: '../flows/flows.service.js' },
  {
    rule: 'floor-2-knows-only-lower-floors',
    file: 'src/modules/labels/a.ts',
    imports: '../places/places.service.js',
  },
  { rule: 'floor-3-knows-only-lower-floors', file: 'src/modules/devices/a.ts', imports: '../runs/runs.service.js' },
  {
    rule: 'floor-4-knows-only-lower-floors',
    file: 'src/modules/runs/a.ts',
    imports: '../configs/configs.service.js',
  },
  {
    rule: 'floor-5-knows-only-lower-floors',
    file: 'src/modules/storages/a.ts',
    imports: '../flows/flows.service.js',
  },
  {
    rule: 'floor-6-knows-only-lower-floors',
    file: 'src/modules/flows/a.ts',
    imports: 'type ../search/search.service.js',
  },
  {
    rule: 'floor-7-knows-only-lower-floors',
    file: 'src/modules/ingest/a.ts',
    imports: '../flow-processor/a.service.js',
  },
  { rule: 'only-faces-are-known', file: 'src/modules/flows/a.ts', imports: '../auth/users.repository.js' },
  { rule: 'only-faces-are-known', file: 'src/modules/flows/a.ts', imports: 'type ../auth/user.rules.js' },
  { rule: 'the-roof-sees-faces', file: 'src/cli/list-users.ts', imports: '../modules/auth/users.repository.js' },
  { rule: 'controllers-ask-services', file: 'src/modules/auth/auth.controller.ts', imports: './users.repository.js' },
  { rule: 'rules-are-pure', file: 'src/modules/auth/user.rules.ts', imports: './auth.service.js' },
  { rule: 'rules-are-pure', file: 'src/modules/auth/user.rules.ts', imports: 'type ./users.repository.js' },
  { rule: 'rules-are-pure', file: 'src/modules/auth/user.rules.ts', imports: 'typeorm' },
  { rule: 'rules-are-pure', file: 'src/modules/auth/user.rules.ts', imports: '@nestjs/common' },
  { rule: 'source-knows-no-test', file: 'src/core/time/clock.ts', imports: '../../../test/support/fake-clock.js' },
  { rule: 'source-knows-no-test', file: 'src/core/time/clock.ts', imports: '../../../bench/src/load.js' },
  { rule: 'source-knows-no-test', file: 'src/core/time/clock.ts', imports: '../../modules/auth/user.rules.spec.js' },
  { rule: 'migrations-stand-alone', file: 'migrations/1-create-users.ts', imports: '../src/core/time/clock.js' },
  { rule: 'no-tools-in-what-ships', file: 'src/core/time/clock.ts', imports: '@jest/globals' },
  { rule: 'packages-are-named', file: 'src/core/time/clock.ts', imports: 'left-behind' },
  { rule: 'imports-lead-somewhere', file: 'src/core/time/clock.ts', imports: './moon.js' },
];

/** What faults import and the sound house has not. */
const outside: Tree = {
  'src/modules/weather/weather.module.ts': [],
  'src/modules/places/places.service.ts': [],
  'src/modules/runs/runs.service.ts': [],
  'src/modules/configs/configs.service.ts': [],
  'src/modules/search/search.service.ts': [],
  'src/modules/flow-processor/a.service.ts': [],
  'test/support/fake-clock.ts': [],
  'bench/src/load.ts': [],
};

const root = resolve(import.meta.dirname, '../../..');
const packages = ['typeorm', '@nestjs/common', '@jest/globals', 'left-behind'];

describe('the floors of the house', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fieldline-floors-'));
    const manifest = {
      type: 'module',
      dependencies: { typeorm: '1', '@nestjs/common': '1' },
      devDependencies: { '@jest/globals': '1' },
    };
    await write('package.json', JSON.stringify(manifest));
    for (const name of packages) {
      await write(`node_modules/${name}/package.json`, JSON.stringify({ name, version: '1.0.0', main: 'index.js' }));
      await write(`node_modules/${name}/index.js`, '');
    }
  });
  afterEach(() => rm(folder, { recursive: true }));

  const write = async (file: string, text: string): Promise<void> => {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), text);
  };

  const findingsIn = async (tree: Tree): Promise<Finding[]> => {
    for (const [file, imports] of Object.entries(tree)) await write(file, sourceOf(imports));
    const cruiser = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
    const config = join(root, '.dependency-cruiser.cjs');
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [cruiser, '--config', config, '--output-type', 'json', 'src', 'migrations'],
      { cwd: folder, maxBuffer: 16 * 1024 * 1024 },
    );
    return (JSON.parse(stdout) as { summary: { violations: Finding[] } }).summary.violations;
  };

  it('have nothing against a sound house', async () => {
    expect(await findingsIn(sound)).toEqual([]);
  });

  it('find every fault that is planted', async () => {
    const tree: Tree = { ...structuredClone(sound), ...outside };
    for (const { file, imports } of faults) tree[file] = [...(tree[file] ?? []), imports];
    const findings = await findingsIn(tree);
    const missed = faults.filter(({ rule, file, imports }) => {
      const target = imports
        .replace(/^type /, '')
        .replace(/^[./]+/, '')
        .replace(/\.js$/, '');
      return !findings.some((found) => {
        if (found.rule.name !== rule) return false;
        if (found.cycle !== undefined) return found.cycle.some(({ name }) => name === file);
        return found.from === file && found.to.includes(target);
      });
    });
    expect(missed).toEqual([]);
    const rules = new Set(faults.map(({ rule }) => rule));
    expect(findings.filter(({ rule }) => !rules.has(rule.name))).toEqual([]);
  });

  it('have a planted fault for every rule', async () => {
    const { forbidden } = ((await import(join(root, '.dependency-cruiser.cjs'))) as Config).default;
    expect([...new Set(faults.map(({ rule }) => rule))].sort()).toEqual(forbidden.map(({ name }) => name).sort());
  });
});

interface Config {
  default: { forbidden: { name: string }[] };
}

function sourceOf(imports: string[]): string {
  const lines = imports.map((given, index) => {
    const [kind, name] = given.startsWith('type ') ? ['import type', given.slice(5)] : ['import', given];
    return `${kind} { thing as thing${index} } from '${name}';\nexport const kept${index}${kind === 'import' ? ` = thing${index}` : `: thing${index} | null = null`};`;
  });
  return `${lines.join('\n')}\nexport const thing = 1;\nexport type thing = number;\n`;
}
