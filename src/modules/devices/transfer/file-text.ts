import { AppError } from '../../../core/errors/app-error.js';
import { ImportUnreadable } from './device-import.errors.js';

/** A hundred thousand short rows; with it 10,000 long ones. */
export const maxFileBytes = 10 * 1024 * 1024;

/** The file is longer than what is read of one. */
export class ImportTooLarge extends AppError {
  readonly kind = 'too_large';
  readonly code = 'device_import.too_large';

  constructor(what: string) {
    super(`an import must not be larger than ${what}`);
  }
}

/** The text of a file, piece by piece as it comes in. Refuses what is too long and what is not UTF-8. */
export async function* textOf(bytes: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let received = 0;
  for await (const chunk of bytes) {
    received += chunk.length;
    if (received > maxFileBytes) throw new ImportTooLarge('10 MiB');
    const text = decoded(() => decoder.decode(chunk, { stream: true }));
    if (text !== '') yield text;
  }
  const rest = decoded(() => decoder.decode());
  if (rest !== '') yield rest;
}

/** The decoder takes a byte order mark away by itself. */
function decoded(decode: () => string): string {
  try {
    return decode();
  } catch {
    throw new ImportUnreadable('the file is not UTF-8; spreadsheets save it as "CSV UTF-8"');
  }
}
