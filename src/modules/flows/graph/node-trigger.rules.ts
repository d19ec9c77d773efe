import type { FieldError } from '../../../core/errors/app-error.js';

/** Which events of its devices a trigger takes. */
export interface NodeTrigger {
  readonly events: readonly string[];
  /** Null takes every port, and events that have none. */
  readonly fPorts: readonly number[] | null;
}

export const defaultTriggerEvents: readonly string[] = ['up', 'telemetry'];

const eventName = /^[a-z][a-z0-9_]{0,31}$/;
const maxEvents = 32;
const maxPort = 255;

export function takesEvent({ events, fPorts }: NodeTrigger, event: string, fPort: number | null): boolean {
  return events.includes(event) && (fPorts === null || (fPort !== null && fPorts.includes(fPort)));
}

/** Reads a trigger's `data.events` and `data.f_port` (or `fPort`: one port or several); notes faults below `path`. */
export function readTrigger(data: Record<string, unknown>, path: string, errors: FieldError[]): NodeTrigger {
  return { events: readEvents(data, path, errors), fPorts: readPorts(data, path, errors) };
}

function readEvents({ events }: Record<string, unknown>, path: string, errors: FieldError[]): readonly string[] {
  if (events === undefined || events === null) return defaultTriggerEvents;
  const names: unknown[] = Array.isArray(events) ? events : [];
  const good = names.filter((name): name is string => typeof name === 'string' && eventName.test(name));
  if (names.length > 0 && names.length <= maxEvents && good.length === names.length) return [...new Set(good)];
  errors.push({ path: `${path}.events`, message: 'must be a list of event types, such as ["up", "join"]' });
  return defaultTriggerEvents;
}

function readPorts(data: Record<string, unknown>, path: string, errors: FieldError[]): readonly number[] | null {
  const key = data['f_port'] === undefined ? 'fPort' : 'f_port';
  const value = data[key];
  if (value === undefined || value === null) return null;
  const ports: unknown[] = Array.isArray(value) ? value : [value];
  const good = ports.filter(
    (port): port is number => Number.isInteger(port) && Number(port) >= 0 && Number(port) <= maxPort,
  );
  if (ports.length > 0 && good.length === ports.length) return [...new Set(good)];
  errors.push({ path: `${path}.${key}`, message: `must be a port from 0 to ${maxPort}, or a list of them` });
  return null;
}
