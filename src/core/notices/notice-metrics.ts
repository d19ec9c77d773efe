import { Injectable } from '@nestjs/common';
import { Settings } from '../config/settings.js';
import { Metrics, type Counting, type Labels, type Observing, type Setting } from '../metrics/metrics.js';
import { noticeKinds, topicOf, type NoticeKind } from './notice.js';

const seconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** How notices get on, under the names of document 003. */
@Injectable()
export class NoticeMetrics {
  private readonly published: Counting<Labels>;
  private readonly took: Observing<Labels>;
  private readonly connection: Setting<Labels>;
  private readonly prefix: string;

  constructor(metrics: Metrics, { mqtt }: Settings) {
    this.prefix = mqtt?.prefix ?? 'iotsupport';
    const topic = noticeKinds.map((kind) => topicOf(this.prefix, kind));
    this.published = metrics.counter({
      name: 'iot_mqtt_publish_total',
      help: 'Notices sent to the broker of MQTT_URL, by outcome.',
      labels: { topic, status: ['success', 'error'] },
    });
    this.took = metrics.histogram({
      name: 'iot_mqtt_publish_duration_seconds',
      help: 'From sending a notice to the broker’s acknowledgement.',
      labels: { topic },
      buckets: seconds,
    });
    this.connection = metrics.gauge({
      name: 'iot_mqtt_connection_state',
      help: 'Whether this process is connected to the broker of MQTT_URL.',
      labels: {},
    });
    this.connection.set({}, 0);
    metrics
      .gauge({ name: 'iot_mqtt_enabled', help: 'Whether MQTT_URL names a broker.', labels: {} })
      .set({}, mqtt === undefined ? 0 : 1);
  }

  sent(kind: NoticeKind, durationMs: number): void {
    const topic = topicOf(this.prefix, kind);
    this.published.inc({ topic, status: 'success' });
    this.took.observe({ topic }, durationMs / 1_000);
  }

  failed(kind: NoticeKind): void {
    this.published.inc({ topic: topicOf(this.prefix, kind), status: 'error' });
  }

  connected(isConnected: boolean): void {
    this.connection.set({}, isConnected ? 1 : 0);
  }
}
