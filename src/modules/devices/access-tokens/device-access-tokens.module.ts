import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../../auth/audit/audit.module.js';
import { DevicesModule } from '../devices.module.js';
import { DeviceAccessToken } from './device-access-token.entity.js';
import { DeviceAccessTokensController } from './device-access-tokens.controller.js';
import { DeviceAccessTokensRepository } from './device-access-tokens.repository.js';
import { DeviceAccessTokensService } from './device-access-tokens.service.js';

@Module({
  imports: [AuditModule, DevicesModule, TypeOrmModule.forFeature([DeviceAccessToken])],
  controllers: [DeviceAccessTokensController],
  providers: [DeviceAccessTokensRepository, DeviceAccessTokensService],
  exports: [DeviceAccessTokensService],
})
export class DeviceAccessTokensModule {}
