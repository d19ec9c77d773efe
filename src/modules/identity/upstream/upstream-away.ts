/** The upstream gave no answer, or none that means anything: another try may. */
export class UpstreamAway extends Error {
  constructor(
    message: string,
    options?: ErrorOptions,
    readonly retryAfterMs?: number,
  ) {
    super(message, options);
  }
}
