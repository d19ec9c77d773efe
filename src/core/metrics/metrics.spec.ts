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

  it('leaves out what cannot be read, and shows the others', async () => {
    const metrics = new Metrics();
    let isAway = false;
    const rows = async (): Promise<number> => (isAway ? Promise.reject(new Error('the database is away')) : 7);
    metrics.gauge({
      name: 'rows',
      help: 'Rows.',
      labels: {},
      collect: async (gauge) => {
        gauge.set({}, await rows());
      },
    });
    const spool = { name: 'spool', help: 'Spool.', labels: {} };
    metrics.gauge({
      ...spool,
      collect: (gauge) => {
        gauge.set({}, 3);
      },
    });
    expect(await metrics.text()).toMatch(/^fieldline_rows 7$/m);
    isAway = true;
    const text = await metrics.text();
    expect(text).not.toMatch(/^fieldline_rows /m);
    expect(text).toMatch(/^fieldline_spool 3$/m);
    isAway = false;
    expect(await metrics.text()).toMatch(/^fieldline_rows 7$/m);
    metrics.onApplicationShutdown();
  });

  it('keeps the processes of one machine’s tests apart', () => {
    const again = () => new Metrics().counter({ name: 'same', help: 'Same.', labels: {} });
    expect([again(), again()]).toHaveLength(2);
  });
});
