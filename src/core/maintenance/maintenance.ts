import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { DataSource, type QueryRunner } from 'typeorm';
import { isLockTimeout } from '../database/sql-state.js';
import type { MaintenanceTask } from './maintenance-task.js';

/** Any number that no other program on the database uses; the second half of each lock is the task's name. */
const lockClass = 7_466_003;

/**
 * Runs what has to be done now and then: every process tries, and a lock in the database lets one at a time.
 *
 * @example
 * onModuleInit(): void {
 *   this.maintenance.register({ name: 'changes', everyMs: 600_000, run: () => this.purge() });
 * }
 * await app.get(Maintenance).runNow('changes'); // a test does not wait
 */
@Injectable()
export class Maintenance implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(Maintenance.name);
  private readonly tasks = new Map<string, MaintenanceTask>();
  private readonly timers: NodeJS.Timeout[] = [];
  private readonly running = new Set<Promise<boolean>>();

  constructor(private readonly dataSource: DataSource) {}

  /** Tasks register in onModuleInit. */
  register(task: MaintenanceTask): void {
    if (this.tasks.has(task.name)) throw new Error(`two maintenance tasks are called ${task.name}`);
    this.tasks.set(task.name, task);
  }

  async onApplicationBootstrap(): Promise<void> {
    const tasks = [...this.tasks.values()];
    for (const task of tasks.filter(({ atStart }) => atStart === true)) await this.attempt(task);
    for (const task of tasks) {
      const timer = setInterval(() => void this.attempt(task), task.everyMs);
      timer.unref();
      this.timers.push(timer);
    }
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.timers.forEach(clearInterval);
    await Promise.allSettled(this.running);
  }

  /** Runs a task at once and throws what it throws. False: it is being done already, here or in another process. */
  async runNow(name: string): Promise<boolean> {
    const task = this.tasks.get(name);
    if (task === undefined) throw new Error(`no maintenance task is called ${name}`);
    const run = this.runAlone(task);
    this.running.add(run);
    try {
      return await run;
    } finally {
      this.running.delete(run);
    }
  }

  private async attempt(task: MaintenanceTask): Promise<void> {
    try {
      await this.runNow(task.name);
    } catch (error) {
      const level = isLockTimeout(error) ? 'warn' : 'error';
      this.logger[level]({ err: error, task: task.name }, 'maintenance failed; it is tried again at its next time');
    }
  }

  private async runAlone(task: MaintenanceTask): Promise<boolean> {
    const holder = this.dataSource.createQueryRunner();
    try {
      if (!(await this.lock(holder, task))) return false;
      try {
        await task.run();
        return true;
      } finally {
        await holder.query('SELECT pg_advisory_unlock($1, hashtext($2))', [lockClass, task.name]);
      }
    } finally {
      await holder.release();
    }
  }

  private async lock(holder: QueryRunner, { name }: MaintenanceTask): Promise<boolean> {
    const rows = (await holder.query('SELECT pg_try_advisory_lock($1, hashtext($2)) AS locked', [lockClass, name])) as {
      locked: boolean;
    }[];
    return rows[0]?.locked === true;
  }
}
