import { Global, Module } from '@nestjs/common';
import { MaintenanceModule } from '../maintenance/maintenance.module.js';
import { Listeners } from './listeners.js';
import { NewsPurge } from './news-purge.js';
import { News } from './news.js';

@Global()
@Module({ imports: [MaintenanceModule], providers: [Listeners, News, NewsPurge], exports: [Listeners, News] })
export class NewsModule {}
