import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Settings } from '../../../core/config/settings.js';
import { messageOf } from '../../../core/outbound/told.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { Clock } from '../../../core/time/clock.js';
import { endsWithin } from '../../../core/time/ends-within.js';
import { AuthService } from '../../auth/auth.service.js';
import { ConfigDirectory, type FileLook } from './config-directory.js';
import { ConfigFileSync, type Folder } from './config-file-sync.js';
import { ConfigFilesRepository } from './config-files.repository.js';

/** A change by hand must be a revision within five seconds. */
const lookEveryMs = 1_500;
/** Two changes so close to each other may look the same from outside. */
const unsettledForMs = 2_000;
/** How long whoever saved waits for its file: after that it is written behind them. */
const mirrorMs = 2_000;
const drainMs = 3_000;
const atOnce = 4;

/**
 * Keeps the folder of ESP32_CONFIGS_DIR and the default tenant's configs in line, in both directions. Any number of processes
 * may do so, on one folder or on one each: what was last seen stands in the database, and one file is one process's at a time.
 */
@Injectable()
export class ConfigFolder implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(ConfigFolder.name);
  private readonly directory: ConfigDirectory | undefined;
  private readonly seen = new Map<string, string>();
  private readonly strangers = new Set<string>();
  private folder: Folder | undefined;
  private tenant: Tenant | undefined;
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> | undefined;
  private stopped = false;
  private failure: string | null = null;

  constructor(
    private readonly sync: ConfigFileSync,
    private readonly files: ConfigFilesRepository,
    private readonly auth: AuthService,
    private readonly clock: Clock,
    { configsDir }: Settings,
  ) {
    this.directory = configsDir === undefined ? undefined : new ConfigDirectory(configsDir);
  }

  /** Why the folder cannot be kept in line; null while it can, or where there is none. */
  get trouble(): string | null {
    return this.failure;
  }

  /** Files that lie there are served from the first request on. */
  async onApplicationBootstrap(): Promise<void> {
    if (this.directory === undefined) return;
    await this.directory.make().catch(() => undefined);
    await this.look();
    this.timer = setInterval(() => void this.look(), lookEveryMs);
    this.timer.unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    if (this.looking !== undefined) await endsWithin(this.looking, drainMs);
  }

  /** What was saved becomes files: soon, and before this ends if the disk is not too slow. Never throws. */
  async mirror(tenant: Tenant, macs: readonly string[]): Promise<void> {
    const { folder } = this;
    if (folder === undefined || folder.tenant.id !== tenant.id || this.stopped) return;
    await endsWithin(this.bringInLine(folder, macs), mirrorMs);
  }

  /** Runs by itself all the time; one at a time. */
  async look(): Promise<void> {
    this.looking ??= this.lookOnce().finally(() => {
      this.looking = undefined;
    });
    await this.looking;
  }

  private async lookOnce(): Promise<void> {
    if (this.directory === undefined) return;
    try {
      const folder = await this.open(this.directory);
      const { files, strangers } = await folder.directory.look(this.clock.nowMs());
      this.mention(strangers);
      const changed = [...files].filter(([mac, look]) => this.mayHaveChanged(mac, look)).map(([mac]) => mac);
      const present = await this.files.listPresent(folder.tenant, folder.id);
      const removed = present.filter((mac) => !files.has(mac));
      const behind = await this.files.listBehind(folder.tenant, folder.id);
      const failed = await this.bringInLine(folder, [...new Set([...changed, ...removed, ...behind])]);
      // What could not be brought in line is looked at again.
      for (const [mac, { signature }] of files) if (!failed.has(mac)) this.seen.set(mac, signature);
      for (const mac of this.seen.keys()) if (!files.has(mac)) this.seen.delete(mac);
      this.say(failed.size === 0 ? null : `${failed.size.toString()} files could not be brought in line`);
    } catch (error) {
      this.say(messageOf(error), error);
    }
  }

  private async open(directory: ConfigDirectory): Promise<Folder> {
    this.tenant ??= await this.auth.ensureDefaultTenant();
    const id = await directory.id();
    if (this.folder?.id !== id) {
      this.seen.clear();
      this.folder = { directory, id, tenant: this.tenant };
    }
    return this.folder;
  }

  private mayHaveChanged(mac: string, { signature, changedAtMs }: FileLook): boolean {
    return this.seen.get(mac) !== signature || Math.abs(this.clock.nowMs() - changedAtMs) < unsettledForMs;
  }

  /** Answers those for which it failed. */
  private async bringInLine(folder: Folder, macs: readonly string[]): Promise<Set<string>> {
    const failed = new Set<string>();
    const left = [...macs];
    const work = async (): Promise<void> => {
      for (let mac = left.shift(); mac !== undefined && !this.stopped; mac = left.shift()) {
        try {
          await this.sync.sync(folder, mac);
        } catch (error) {
          failed.add(mac);
          if (failed.size === 1)
            this.logger.warn({ err: error, mac }, 'a config and its file could not be brought in line');
        }
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    return failed;
  }

  private mention(strangers: readonly string[]): void {
    for (const file of strangers) {
      if (this.strangers.has(file)) continue;
      this.strangers.add(file);
      this.logger.warn({ file, why: 'its name is no MAC address' }, 'a file in ESP32_CONFIGS_DIR is skipped');
    }
  }

  private say(failure: string | null, error?: unknown): void {
    const isNews = failure !== this.failure;
    this.failure = failure;
    if (!isNews) return;
    if (failure === null) this.logger.log('the folder of configs is kept in line again');
    else this.logger.warn({ err: error, failure }, 'the folder of configs cannot be kept in line');
  }
}
