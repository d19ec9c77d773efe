import { describe, expect, it } from '@jest/globals';
import type { Results } from './results.contract.js';
import { toldOf } from './told.rules.js';

const run = (id: string, pending: number) =>
  ({ id, tenant_id: 'heard', pending }) as NonNullable<Results['runs']>[number];
const end = (id: string, status: 'delivered' | 'failed', tenant_id = 'heard') =>
  ({ id, tenant_id, status }) as NonNullable<Results['ended']>[number];

describe('what listeners are told of finished jobs', () => {
  it('is nothing where nobody listens', () => {
    expect(toldOf([{ jobId: 'j', results: { runs: [run('r', 0)] } }], [])).toEqual([]);
  });

  it('is runs that have ended, and deliveries that have failed, of tenants that are listened to', () => {
    const results = {
      runs: [run('ended', 0), run('waits', 1)],
      ended: [end('failed', 'failed'), end('delivered', 'delivered'), end('foreign', 'failed', 'unheard')],
    };
    expect(toldOf([{ jobId: 'j', results }], ['heard'])).toEqual([
      { job_id: 'j', tenant_id: 'heard', kind: 'flow_run', id: 'ended' },
      { job_id: 'j', tenant_id: 'heard', kind: 'delivery', id: 'failed' },
    ]);
  });

  it('is runs that go on, whose end only the database sees, and events that have been decoded', () => {
    const progress = [{ run_id: 'r', tenant_id: 'heard' }] as NonNullable<Results['progress']>;
    const decoded = [{ event_id: 'e', tenant_id: 'heard' }] as NonNullable<Results['decoded']>;
    expect(toldOf([{ jobId: 'j', results: { progress, decoded } }], ['heard'])).toEqual([
      { job_id: 'j', tenant_id: 'heard', kind: 'flow_run', id: 'r' },
      { job_id: 'j', tenant_id: 'heard', kind: 'device_event', id: 'e' },
    ]);
  });
});
