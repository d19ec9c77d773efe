import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Settings } from '../config/settings.js';
import { dataSourceOptions } from './data-source.js';
import { GivenUpConnections } from './given-up-connections.js';
import { HotPool } from './hot-pool.js';
import { Reader } from './reader.js';
import { Transactions } from './transactions.js';

@Global()
@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      inject: [Settings],
      useFactory: (settings: Settings) => ({
        ...dataSourceOptions(settings.databaseUrl),
        autoLoadEntities: true,
        retryAttempts: 3,
        retryDelay: 500,
      }),
    }),
  ],
  providers: [GivenUpConnections, HotPool, Reader, Transactions],
  exports: [HotPool, Reader, Transactions],
})
export class DatabaseModule {}
