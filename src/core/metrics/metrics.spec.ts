import { describe, expect, it } from '@jest/globals';
import { Metrics } from './metrics.js';

describe('Metrics', () => {
  it('starts every combination of labels at 0', async () => {
    const metrics = new Metrics();
    const attempts = metrics.counter({
      name: 'attempts_total',
      help: 'Attempts.',
      labels: { outcome: ['delivered', 'failed'], via: ['http', 'mqtt'] },
    });
    attempts.inc({ outcome: 'failed', via: 'mqtt' });
    const text = await metrics.text();
    expect(text).toContain('fieldline_attempts_total{outcome="delivered",via="http"} 0');
    expect(text).toContain('fieldline_attempts_total{outcome="failed",via="mqtt"} 1');
    metrics.onApplicationShutdown();
  });

  it('measures durations, and asks gauges when it is read', async () => {
    const metrics = new Metrics();
    const duration = metrics.histogram({ name: 'x_seconds', help: 'X.', labels: {}, buckets: [0.1, 1] });
    duration.observe({}, 0.5);
    let waiting = 3;
    metrics.gauge({
      name: 'waiting',
      help: 'Waiting.',
      labels: { lane: ['events'] },
      collect: (gauge) => {
        gauge.set({ lane: 'events' }, waiting);
      },
    });
    waiting = 4;
    const text = await metrics.text();
    expect(text).toContain('fieldline_x_seconds_bucket{le="1"} 1');
    expect(text).toContain('fieldline_waiting{lane="events"} 4');
    expect(text).toContain('process_cpu_seconds_total');
    metrics.onApplicationShutdown();
  });

  it('keeps the processes of one machine’s tests apart', () => {
    const again = () => new Metrics().counter({ name: 'same', help: 'Same.', labels: {} });
    expect([again(), again()]).toHaveLength(2);
  });
});
