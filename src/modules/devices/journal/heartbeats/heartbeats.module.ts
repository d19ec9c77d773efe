import { Module } from '@nestjs/common';
import { HeartbeatsService } from './heartbeats.service.js';

@Module({
  providers: [HeartbeatsService],
  exports: [HeartbeatsService],
})
export class HeartbeatsModule {}
