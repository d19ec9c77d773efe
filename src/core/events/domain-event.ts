/**
 * Something that happened, in the past tense: ids and plain values, never entities. One class an event, in the module
 * that says it, under events/. It is seen only after its transaction committed.
 */
export abstract class DomainEvent {
  /** Keeps unrelated event classes of the same shape apart for the type checker. */
  protected readonly isDomainEvent = true;
}
