import { describe, expect, it } from '@jest/globals';
import type { FieldError } from '../../../core/errors/app-error.js';
import { readTrigger, takesEvent, type NodeTrigger } from './node-trigger.rules.js';

function read(data: Record<string, unknown>): { trigger: NodeTrigger; paths: string[] } {
  const errors: FieldError[] = [];
  return { trigger: readTrigger(data, 'data', errors), paths: errors.map(({ path }) => path) };
}

describe('a trigger', () => {
  it('takes uplinks and telemetry on any port when it says nothing', () => {
    const { trigger } = read({ events: null, fPort: null });
    expect(takesEvent(trigger, 'up', 7)).toBe(true);
    expect(takesEvent(trigger, 'telemetry', null)).toBe(true);
    expect(takesEvent(trigger, 'join', null)).toBe(false);
  });

  it('takes only the events that it names', () => {
    const { trigger } = read({ events: ['join', 'status_change', 'join'] });
    expect(trigger.events).toEqual(['join', 'status_change']);
    expect(takesEvent(trigger, 'join', null)).toBe(true);
    expect(takesEvent(trigger, 'up', 1)).toBe(false);
  });

  it('takes one port or several, under either name, and then no event without a port', () => {
    for (const data of [{ fPort: 5 }, { f_port: 5 }, { f_port: [5, 6] }]) {
      const { trigger } = read(data);
      expect(takesEvent(trigger, 'up', 5)).toBe(true);
      expect(takesEvent(trigger, 'up', 7)).toBe(false);
      expect(takesEvent(trigger, 'up', null)).toBe(false);
    }
  });

  it.each([
    [{ events: 'up' }, 'data.events'],
    [{ events: [] }, 'data.events'],
    [{ events: ['UP'] }, 'data.events'],
    [{ events: [1] }, 'data.events'],
    [{ f_port: 256 }, 'data.f_port'],
    [{ fPort: '5' }, 'data.fPort'],
    [{ fPort: [] }, 'data.fPort'],
    [{ f_port: 1.5 }, 'data.f_port'],
  ])('refuses %j', (data, path) => {
    expect(read(data).paths).toEqual([path]);
  });
});
