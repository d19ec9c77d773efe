import { Global, Module } from '@nestjs/common';
import { NoticeMetrics } from './notice-metrics.js';
import { NoticeSender } from './notice-sender.js';
import { Notices } from './notices.js';
import { NoticesRepository } from './notices.repository.js';

@Global()
@Module({ providers: [NoticeMetrics, NoticeSender, Notices, NoticesRepository], exports: [Notices] })
export class NoticesModule {}
