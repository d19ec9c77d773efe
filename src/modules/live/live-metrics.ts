import { Injectable } from '@nestjs/common';
import { Metrics } from '../../core/metrics/metrics.js';
import { EventStreamsService } from './event-streams.service.js';

/** What Prometheus hears of those who listen. */
@Injectable()
export class LiveMetrics {
  constructor(metrics: Metrics, streams: EventStreamsService) {
    metrics.gauge({
      name: 'event_streams',
      help: 'Streams of events that are open on this process.',
      labels: {},
      collect: (gauge) => {
        gauge.set({}, streams.openCount);
      },
    });
  }
}
