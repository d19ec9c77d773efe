import { Module } from '@nestjs/common';
import { DeviceContexts } from './device-contexts.service.js';

@Module({
  providers: [DeviceContexts],
  exports: [DeviceContexts],
})
export class DeviceContextsModule {}
