import { AppError } from '../../../core/errors/app-error.js';

/** Unpacked, a report is larger than any body may be. */
export class ReportTooLarge extends AppError {
  readonly kind = 'too_large';
  readonly code = 'twin.report_too_large';

  constructor(maxBytes: number) {
    super(`a report may have ${maxBytes} bytes when it is unpacked`);
  }
}
