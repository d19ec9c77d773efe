import { Module, type DynamicModule } from '@nestjs/common';
import { AdminModule } from './admin/admin.module.js';
import { ChangesModule } from './core/changes/changes.module.js';
import { ConfigModule } from './core/config/config.module.js';
import type { Settings } from './core/config/settings.js';
import { CryptoModule } from './core/crypto/crypto.module.js';
import { DatabaseModule } from './core/database/database.module.js';
import { EgressModule } from './core/egress/egress.module.js';
import { EventsModule } from './core/events/events.module.js';
import { HttpModule } from './core/http/http.module.js';
import { MetricsModule } from './core/metrics/metrics.module.js';
import { NewsModule } from './core/news/news.module.js';
import { NoticesModule } from './core/notices/notices.module.js';
import { QueueModule } from './core/queue/queue.module.js';
import { TimeModule } from './core/time/time.module.js';
import { UsageModule } from './core/usage/usage.module.js';
import { DashboardModule } from './dashboard/dashboard.module.js';
import { HealthModule } from './health/health.module.js';
import { MetricsRouteModule } from './metrics/metrics-route.module.js';
import { AssetsModule } from './modules/assets/assets.module.js';
import { AuditTrailModule } from './modules/auth/audit/audit-trail.module.js';
import { AuthModule } from './modules/auth/auth.module.js';
import { ConfigsModule } from './modules/configs/configs.module.js';
import { DeviceAccessTokensModule } from './modules/devices/access-tokens/device-access-tokens.module.js';
import { DeviceTransferModule } from './modules/devices/transfer/device-transfer.module.js';
import { DevicesModule } from './modules/devices/devices.module.js';
import { ParkedModule } from './modules/devices/parked/parked.module.js';
import { DeviceKeysModule } from './modules/devices/keys/device-keys.module.js';
import { SensorsModule } from './modules/devices/sensors/sensors.module.js';
import { SeriesModule } from './modules/devices/series/series.module.js';
import { TwinsModule } from './modules/devices/twin/twins.module.js';
import { FlowProcessorModule } from './modules/flow-processor/flow-processor.module.js';
import { FlowsModule } from './modules/flows/flows.module.js';
import { FunctionsModule } from './modules/functions/functions.module.js';
import { ImagesModule } from './modules/images/images.module.js';
import { IdentityModule } from './modules/identity/identity.module.js';
import { IngestModule } from './modules/ingest/ingest.module.js';
import { StoragesModule } from './modules/storages/storages.module.js';
import { IntegrationsModule } from './modules/integrations/integrations.module.js';
import { LabelsModule } from './modules/labels/labels.module.js';
import { LiveModule } from './modules/live/live.module.js';
import { OidcModule } from './modules/auth/oidc/oidc.module.js';
import { PlacesModule } from './modules/places/places.module.js';
import { MembersModule } from './modules/auth/members/members.module.js';
import { ProvisioningModule } from './modules/provisioning/provisioning.module.js';
import { RunsModule } from './modules/runs/runs.module.js';
import { SearchModule } from './modules/search/search.module.js';
import { ThingsBoardModule } from './modules/thingsboard/thingsboard.module.js';

const ground = [
  ChangesModule,
  CryptoModule,
  DatabaseModule,
  EgressModule,
  EventsModule,
  HttpModule,
  MetricsModule,
  NewsModule,
  NoticesModule,
  QueueModule,
  TimeModule,
  UsageModule,
];

/** Floor by floor, lowest first. */
const features = [
  AuthModule,
  AuditTrailModule,
  MembersModule,
  OidcModule,
  LabelsModule,
  PlacesModule,
  FunctionsModule,
  DevicesModule,
  ParkedModule,
  DeviceAccessTokensModule,
  DeviceKeysModule,
  TwinsModule,
  DeviceTransferModule,
  SensorsModule,
  SeriesModule,
  RunsModule,
  ImagesModule,
  ConfigsModule,
  AssetsModule,
  IntegrationsModule,
  StoragesModule,
  FlowsModule,
  ProvisioningModule,
  FlowProcessorModule,
  IngestModule,
  ThingsBoardModule,
  IdentityModule,
  SearchModule,
  LiveModule,
];

const roof = [AdminModule, DashboardModule, HealthModule, MetricsRouteModule];

/** The whole application; the only place that knows every module. */
@Module({})
export class AppModule {
  static forRoot(settings: Settings): DynamicModule {
    return { module: AppModule, imports: [ConfigModule.forRoot(settings), ...ground, ...features, ...roof] };
  }
}
