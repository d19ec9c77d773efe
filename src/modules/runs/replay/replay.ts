import type { DestinationType } from '../channels/channels.service.js';

/** Deliveries to one destination that are made again, as it is stored. */
export interface Replay {
  id: string;
  destinationType: DestinationType;
  destinationId: string;
  statuses: FinishedStatus[];
  /** Deliveries above this id and below `beforeId`. */
  fromId: string;
  beforeId: string;
  /** The last id that was looked at. */
  position: string;
  total: number;
  done: number;
  /** Their messages are past retention. */
  skipped: number;
  state: ReplayState;
  createdAt: Date;
  finishedAt: Date | null;
}

export const finishedStatuses = ['failed', 'delivered'] as const;
export type FinishedStatus = (typeof finishedStatuses)[number];

export const replayStates = ['running', 'finished', 'cancelled'] as const;
export type ReplayState = (typeof replayStates)[number];
