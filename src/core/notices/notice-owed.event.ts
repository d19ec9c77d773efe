import { DomainEvent } from '../events/domain-event.js';

/** A notice is owed to the broker; the rows say which. */
export class NoticeOwed extends DomainEvent {}
