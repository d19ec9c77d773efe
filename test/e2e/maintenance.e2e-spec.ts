import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { dataSourceOptions } from '../../src/core/database/data-source.js';
import { Maintenance } from '../../src/core/maintenance/maintenance.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

const hourMs = 3_600_000;

describe('Maintenance', () => {
  let database: TestDatabase;
  let sources: DataSource[];

  beforeEach(async () => {
    database = await createTestDatabase();
    sources = [];
  });
  afterEach(async () => {
    await Promise.all(sources.map((source) => source.destroy()));
    await database.drop();
  });

  /** As another process would have it. */
  const aMaintenance = async (): Promise<Maintenance> => {
    const source = await new DataSource({ ...dataSourceOptions(database.url), migrations: [] }).initialize();
    sources.push(source);
    return new Maintenance(source);
  };

  const aGate = () => {
    let open = (): void => undefined;
    const opened = new Promise<void>((resolve) => (open = resolve));
    let enter = (): void => undefined;
    const entered = new Promise<void>((resolve) => (enter = resolve));
    const pass = async (): Promise<void> => {
      enter();
      await opened;
    };
    return { open, entered, pass };
  };

  it('lets one process at a time do a task, and the next one after it', async () => {
    const [one, other] = [await aMaintenance(), await aMaintenance()];
    const gate = aGate();
    let done = 0;
    for (const maintenance of [one, other]) {
      maintenance.register({
        name: 'sweep',
        everyMs: hourMs,
        run: async () => {
          await gate.pass();
          done += 1;
        },
      });
    }
    const first = one.runNow('sweep');
    await gate.entered;
    expect(await other.runNow('sweep')).toBe(false);
    expect(await one.runNow('sweep')).toBe(false);
    gate.open();
    expect(await first).toBe(true);
    expect(await other.runNow('sweep')).toBe(true);
    expect(done).toBe(2);
  });

  it('does tasks of different names at the same time', async () => {
    const maintenance = await aMaintenance();
    const gate = aGate();
    maintenance.register({ name: 'long', everyMs: hourMs, run: gate.pass });
    maintenance.register({ name: 'short', everyMs: hourMs, run: () => Promise.resolve() });
    const long = maintenance.runNow('long');
    await gate.entered;
    expect(await maintenance.runNow('short')).toBe(true);
    gate.open();
    await long;
  });

  it('is free again after a task that failed', async () => {
    const maintenance = await aMaintenance();
    let failing = true;
    maintenance.register({
      name: 'sweep',
      everyMs: hourMs,
      run: () => (failing ? Promise.reject(new Error('no broom')) : Promise.resolve()),
    });
    await expect(maintenance.runNow('sweep')).rejects.toThrow('no broom');
    failing = false;
    expect(await maintenance.runNow('sweep')).toBe(true);
  });

  it('starts the application although a task at its start failed, and runs only such tasks then', async () => {
    const maintenance = await aMaintenance();
    const ran: string[] = [];
    const task = (name: string, atStart: boolean, fails = false) => {
      maintenance.register({
        name,
        everyMs: hourMs,
        atStart,
        run: () => {
          ran.push(name);
          return fails ? Promise.reject(new Error('no broom')) : Promise.resolve();
        },
      });
    };
    Logger.overrideLogger(false);
    task('failing', true, true);
    task('needed', true);
    task('later', false);
    await maintenance.onApplicationBootstrap();
    expect(ran).toEqual(['failing', 'needed']);
    await maintenance.beforeApplicationShutdown();
  });

  it('ends only when what runs has ended', async () => {
    const maintenance = await aMaintenance();
    const gate = aGate();
    let ended = false;
    maintenance.register({
      name: 'sweep',
      everyMs: hourMs,
      run: async () => {
        await gate.pass();
        ended = true;
      },
    });
    const run = maintenance.runNow('sweep');
    await gate.entered;
    const shutdown = maintenance.beforeApplicationShutdown();
    gate.open();
    await shutdown;
    expect(ended).toBe(true);
    await run;
  });

  it('refuses a second task of the same name, and one that nobody knows', async () => {
    const maintenance = await aMaintenance();
    const task = { name: 'sweep', everyMs: hourMs, run: () => Promise.resolve() };
    maintenance.register(task);
    expect(() => {
      maintenance.register(task);
    }).toThrow('two maintenance tasks are called sweep');
    await expect(maintenance.runNow('dust')).rejects.toThrow('no maintenance task is called dust');
  });
});

describe('the purge of changes', () => {
  let app: TestApp;
  beforeEach(async () => {
    app = await startTestApp();
  });
  afterEach(() => app.close());

  it('deletes what is older than an hour', async () => {
    await app.database.query('DELETE FROM changes');
    await app.database.query(
      `INSERT INTO changes (tenant_id, kind, entity_id, changed_at)
       SELECT gen_random_uuid(), kind, gen_random_uuid(), now() - age::interval
       FROM (VALUES ('old', '61 minutes'), ('new', '59 minutes')) AS given (kind, age)`,
    );
    await app.app.get(Maintenance, { strict: false }).runNow('changes');
    expect(await app.database.query('SELECT kind FROM changes')).toEqual([{ kind: 'new' }]);
  });
});
