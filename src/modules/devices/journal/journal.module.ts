import { Module } from '@nestjs/common';
import { EventReaderService } from './event-reader.service.js';
import { JournalService } from './journal.service.js';

@Module({ providers: [EventReaderService, JournalService], exports: [EventReaderService, JournalService] })
export class JournalModule {}
