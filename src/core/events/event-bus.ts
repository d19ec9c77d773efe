import { Injectable, Logger } from '@nestjs/common';
import type { DomainEvent } from './domain-event.js';

type EventClass<E extends DomainEvent> = abstract new (...args: never[]) => E;
interface Subscription {
  listener: string;
  handle: (event: DomainEvent) => void | Promise<void>;
}

/**
 * Tells neighbours inside this process what happened. A listener that fails is logged and fails alone; work that must
 * survive a crash is a row first, and the bus only says that it is there.
 */
@Injectable()
export class EventBus {
  private readonly logger = new Logger(EventBus.name);
  private readonly subscriptions = new Map<EventClass<DomainEvent>, Subscription[]>();
  private readonly running = new Set<Promise<void>>();

  /** `listener` names who listens, for the log. Listeners subscribe in onModuleInit. */
  on<E extends DomainEvent>(event: EventClass<E>, listener: string, handle: (event: E) => void | Promise<void>): void {
    const subscription: Subscription = {
      listener,
      handle: (published) => (published instanceof event ? handle(published) : undefined),
    };
    this.subscriptions.set(event, [...(this.subscriptions.get(event) ?? []), subscription]);
  }

  publish(event: DomainEvent): void {
    const eventClass = event.constructor as EventClass<DomainEvent>;
    for (const subscription of this.subscriptions.get(eventClass) ?? []) {
      const run = this.deliver(event, subscription).finally(() => this.running.delete(run));
      this.running.add(run);
    }
  }

  /** Resolves when every listener, and what the listeners published, has ended. For tests and shutdown. */
  async settled(): Promise<void> {
    while (this.running.size > 0) {
      await Promise.all(this.running);
    }
  }

  private async deliver(event: DomainEvent, subscription: Subscription): Promise<void> {
    try {
      await subscription.handle(event);
    } catch (error) {
      this.logger.error(
        { err: error, event: event.constructor.name, listener: subscription.listener },
        'listener failed',
      );
    }
  }
}
