import { Module, type DynamicModule } from '@nestjs/common';
import { ChangesModule } from '../core/changes/changes.module.js';
import { ConfigModule } from '../core/config/config.module.js';
import type { Settings } from '../core/config/settings.js';
import { CryptoModule } from '../core/crypto/crypto.module.js';
import { DatabaseModule } from '../core/database/database.module.js';
import { EventsModule } from '../core/events/events.module.js';
import { MetricsModule } from '../core/metrics/metrics.module.js';
import { QueueModule } from '../core/queue/queue.module.js';
import { TimeModule } from '../core/time/time.module.js';
import { AssetStoreModule } from '../modules/assets/store/asset-store.module.js';
import { AuthModule } from '../modules/auth/auth.module.js';
import { FirstDeviceProfilesModule } from '../modules/devices/profiles/first-device-profiles.module.js';
import { PlacesModule } from '../modules/places/places.module.js';

/** What commands need of the application: no routes, no workers. */
@Module({})
export class CommandModule {
  static forRoot(settings: Settings): DynamicModule {
    return {
      module: CommandModule,
      imports: [
        ConfigModule.forRoot(settings),
        ChangesModule,
        CryptoModule,
        DatabaseModule,
        EventsModule,
        MetricsModule,
        QueueModule,
        TimeModule,
        AuthModule,
        AssetStoreModule,
        // Commands make tenants too: these say what a new one starts with.
        FirstDeviceProfilesModule,
        PlacesModule,
      ],
    };
  }
}
