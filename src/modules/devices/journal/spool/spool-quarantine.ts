import { mkdir, open, rename } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { Settings } from '../../../../core/config/settings.js';
import { Clock } from '../../../../core/time/clock.js';
import type { JournalRow } from '../journal.statement.js';
import { SpoolDisk } from './spool-disk.js';
import { spoolRootOf } from './spool-root.js';

/** Keeps on disk, for a person to look at, what can never be drained: DATA_DIR/spool/quarantine. */
@Injectable()
export class SpoolQuarantine {
  readonly path: string;

  constructor(
    settings: Settings,
    private readonly disk: SpoolDisk,
    private readonly clock: Clock,
  ) {
    this.path = join(spoolRootOf(settings), 'quarantine');
  }

  /** A message that PostgreSQL refuses, as one line of JSON with its body in base64. On disk when it returns. */
  async put({ body, ...row }: JournalRow, reason: string): Promise<void> {
    await mkdir(this.path, { recursive: true, mode: 0o700 });
    const line = JSON.stringify({ at: this.clock.now(), reason, ...row, body: body.toString('base64') });
    const file = await open(join(this.path, 'refused.jsonl'), 'a', 0o600);
    try {
      await file.appendFile(`${line}\n`);
      await this.disk.sync(file);
    } finally {
      await file.close();
    }
    await this.disk.syncFolder(this.path);
  }

  /** A file of which a part cannot be read; answers where it is now. */
  async keep(path: string): Promise<string> {
    await mkdir(this.path, { recursive: true, mode: 0o700 });
    const kept = join(this.path, `${basename(dirname(path))}-${basename(path)}`);
    await rename(path, kept);
    return kept;
  }
}
