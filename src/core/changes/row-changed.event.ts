import { DomainEvent } from '../events/domain-event.js';

/** A row was edited in this process and the edit is committed. */
export class RowChanged extends DomainEvent {
  constructor(
    readonly kind: string,
    readonly tenantId: string,
    readonly entityId: string,
  ) {
    super();
  }
}
