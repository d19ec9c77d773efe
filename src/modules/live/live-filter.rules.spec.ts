import { describe, expect, it } from '@jest/globals';
import { isHeard } from './live-filter.rules.js';
import { liveTypes, type LiveFilter, type LiveItem } from './live-item.contract.js';

const everything: LiveFilter = { types: liveTypes, deviceId: undefined, flowId: undefined };
const event: LiveItem = { type: 'device_event', id: '1', deviceId: 'd', flowId: null, data: {} };
const run: LiveItem = { type: 'flow_run', id: '2', deviceId: 'd', flowId: 'f', data: {} };
const failure: LiveItem = { type: 'delivery_failed', id: '3', deviceId: null, flowId: 'f', data: {} };

describe('a listener', () => {
  it.each([
    ['everything', {}, [event, run, failure]],
    ['one type', { types: ['flow_run'] as const }, [run]],
    ['a device: what it says, and its runs', { deviceId: 'd' }, [event, run]],
    ['a flow: its runs and their deliveries', { flowId: 'f' }, [run, failure]],
    ['another device', { deviceId: 'x' }, []],
  ])('hears %s', (_, given, heard) => {
    expect([event, run, failure].filter((item) => isHeard({ ...everything, ...given }, item))).toEqual(heard);
  });
});
