import { DomainEvent } from '../../../core/events/domain-event.js';

/** A group commit of the journal ended: so many new messages of known devices, so many duplicates and parked ones. */
export class EventsJournaled extends DomainEvent {
  constructor(
    readonly stored: number,
    readonly others: number,
  ) {
    super();
  }
}
