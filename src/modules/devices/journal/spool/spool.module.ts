import { Module } from '@nestjs/common';
import { DatabaseWatch } from '../database-watch.js';
import { HeartbeatsModule } from '../heartbeats/heartbeats.module.js';
import { JournalStore } from '../journal-store.js';
import { SpoolDisk } from './spool-disk.js';
import { SpoolDrain } from './spool-drain.js';
import { SpoolMetrics } from './spool-metrics.js';
import { SpoolOrphans } from './spool-orphans.js';
import { SpoolQuarantine } from './spool-quarantine.js';
import { SpoolService } from './spool.service.js';

@Module({
  imports: [HeartbeatsModule],
  providers: [
    DatabaseWatch,
    JournalStore,
    SpoolDisk,
    SpoolDrain,
    SpoolMetrics,
    SpoolOrphans,
    SpoolQuarantine,
    SpoolService,
  ],
  exports: [DatabaseWatch, JournalStore, SpoolMetrics, SpoolService],
})
export class SpoolModule {}
