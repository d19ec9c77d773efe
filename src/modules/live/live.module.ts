import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { JournalModule } from '../devices/journal/journal.module.js';
import { TwinsModule } from '../devices/twin/twins.module.js';
import { RunsModule } from '../runs/runs.module.js';
import { EventStreamController } from './event-stream.controller.js';
import { EventStreamsService } from './event-streams.service.js';
import { LiveHub } from './live-hub.js';
import { LiveMetrics } from './live-metrics.js';
import { DeliveriesSource } from './sources/deliveries.source.js';
import { DeviceEventsSource } from './sources/device-events.source.js';
import { FlowRunsSource } from './sources/flow-runs.source.js';
import { LiveSources } from './sources/live-sources.js';
import { TwinChangesSource } from './sources/twin-changes.source.js';

const sources = [DeliveriesSource, DeviceEventsSource, FlowRunsSource, LiveSources, TwinChangesSource];

@Module({
  imports: [AuthModule, JournalModule, RunsModule, TwinsModule],
  controllers: [EventStreamController],
  providers: [EventStreamsService, LiveHub, LiveMetrics, ...sources],
})
export class LiveModule {}
