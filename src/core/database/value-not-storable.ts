/** A value that its column cannot hold, found before PostgreSQL saw it; told by the SQLSTATE that PostgreSQL would give. */
export class ValueNotStorable extends Error {
  constructor(
    readonly code: '22003' | '22007' | '22P02',
    message: string,
  ) {
    super(message);
  }
}
