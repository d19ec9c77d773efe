import { Module } from '@nestjs/common';
import { JournalModule } from '../devices/journal/journal.module.js';
import { IngestController } from './ingest.controller.js';
import { IngestService } from './ingest.service.js';

@Module({ imports: [JournalModule], controllers: [IngestController], providers: [IngestService] })
export class IngestModule {}
