import { Module } from '@nestjs/common';
import { AuthModule } from '../../auth/auth.module.js';
import { FirstDeviceProfiles } from './first-device-profiles.js';

/** By itself, because commands make tenants too and need nothing else of the devices. */
@Module({ imports: [AuthModule], providers: [FirstDeviceProfiles] })
export class FirstDeviceProfilesModule {}
