import type { FieldError } from '../../../core/errors/app-error.js';

/** One row of a file: what it says, in the words of the API, and what of it could not be understood. */
export interface GivenRow {
  /** As whoever wrote the file counts: the header of a CSV file is row 1. */
  row: number;
  given: Record<string, unknown>;
  errors: FieldError[];
}

/** Longer than everything that may be said of a device. */
export const maxRowCharacters = 64 * 1024;
