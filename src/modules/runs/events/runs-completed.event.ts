import { DomainEvent } from '../../../core/events/domain-event.js';

/** A group commit of finished jobs ended: so many were saved, so many had lost their lease. */
export class RunsCompleted extends DomainEvent {
  constructor(
    readonly saved: number,
    readonly stale: number,
  ) {
    super();
  }
}
