import { AsyncLocalStorage } from 'node:async_hooks';

/** Who sent a request, as the guard found out; absent on public routes. */
export interface Caller {
  readonly kind: 'user' | 'api_key' | 'device' | 'provisioning_key';
  readonly id: string;
  /** Where the record of it cannot look it up. */
  readonly name?: string;
}

/** A request: its id, the address it came from (as TRUST_PROXY lets us believe), what its program calls itself, and who sent it. */
export interface RequestOrigin {
  readonly kind: 'request';
  readonly requestId: string;
  readonly address: string;
  readonly userAgent?: string | null;
  caller?: Caller;
}

/** Nobody asked just now: a command, a job or a timer does it, and says why. */
export interface SystemOrigin {
  readonly kind: 'system';
  readonly reason: string;
}

export type Origin = RequestOrigin | SystemOrigin;

const storage = new AsyncLocalStorage<Origin | undefined>();

/** Runs work that is done because of this; whoever keeps a record of it asks currentOrigin(). */
export function withOrigin<T>(origin: Origin, work: () => T): T {
  return storage.run(origin, work);
}

export function currentOrigin(): Origin | undefined {
  return storage.getStore();
}

/**
 * Runs work that a request may have set off but that is not its own: a job which was queued long before must not pass for
 * the doing of whoever woke the queue. Costs nothing where there is no origin.
 */
export function withoutOrigin<T>(work: () => T): T {
  return storage.getStore() === undefined ? work() : storage.run(undefined, work);
}
