import { DomainEvent } from '../../../core/events/domain-event.js';

/** An integration was disabled without anybody's wish: its endpoint said 410, or has done nothing but fail for 120 hours. */
export class IntegrationDisabled extends DomainEvent {
  constructor(
    readonly tenantId: string,
    readonly integrationId: string,
    readonly reason: 'gone' | 'failing',
  ) {
    super();
  }
}
