import { Injectable } from '@nestjs/common';
import type { Readable } from 'node:stream';
import type { FieldError } from '../../../core/errors/app-error.js';
import { ValidationFailed } from '../../../core/errors/validation-failed.js';
import type { BodyStream } from '../../../core/http/body-stream.decorator.js';
import { RequestValidationPipe } from '../../../core/http/request-validation.pipe.js';
import { isStorableText } from '../../../core/json/storable.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { ImportedPlace } from './dto/imported-place.js';
import type { ImportPlacesQuery } from './dto/transfer-places.query.js';
import { placesOfCsv, placesOfTree, type GivenPlace } from './given-places.rules.js';
import { PlaceImport, type ImportedOutcome } from './place-import.service.js';
import { PlaceFileTooLarge, PlaceFileUnknown, PlaceFileUnreadable } from './place-transfer.errors.js';
import type { WantedPlace } from './seedlings.rules.js';

const maxFileBytes = 10 * 1024 * 1024;

/** Reads a file of places and holds each to what may be said of one, before anything is written. */
@Injectable()
export class PlaceIntake {
  private readonly validation = new RequestValidationPipe();

  constructor(private readonly imports: PlaceImport) {}

  async take(tenant: Tenant, stream: BodyStream, body: unknown, query: ImportPlacesQuery): Promise<ImportedOutcome[]> {
    const given = await givenOf(stream, body);
    return this.imports.take(tenant, await this.checked(given), query);
  }

  /** All that is wrong is told at once. */
  private async checked(given: readonly GivenPlace[]): Promise<WantedPlace[]> {
    const errors: FieldError[] = [];
    const places: WantedPlace[] = [];
    for (const { at, path, fields } of given) {
      if (!path.slice(0, -1).every(isName))
        errors.push({ path: at, message: 'a name in its path is empty or too long' });
      try {
        const wanted = await this.validation.transform(fields, { type: 'body', metatype: ImportedPlace });
        places.push({ at, path, wanted: wanted as ImportedPlace });
      } catch (error) {
        if (!(error instanceof ValidationFailed)) throw error;
        errors.push(...error.errors.map((one) => ({ ...one, path: `${at}.${one.path}` })));
      }
      if (errors.length >= 100) break;
    }
    if (errors.length > 0) throw new ValidationFailed(errors);
    return places;
  }
}

/** Of a place that the file only names above others. */
function isName(name: string): boolean {
  return name.trim() !== '' && name.length <= 200 && isStorableText(name);
}

async function givenOf({ contentType, bytes }: BodyStream, body: unknown): Promise<GivenPlace[]> {
  if (contentType === 'text/csv') return placesOfCsv(await textOf(bytes));
  if (contentType === 'application/json') return placesOfTree(body);
  throw new PlaceFileUnknown();
}

async function textOf(bytes: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let received = 0;
  for await (const chunk of bytes as AsyncIterable<Buffer>) {
    received += chunk.length;
    if (received > maxFileBytes) throw new PlaceFileTooLarge('10 MiB');
    chunks.push(chunk);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch {
    throw new PlaceFileUnreadable('the file is not UTF-8; spreadsheets save it as "CSV UTF-8"');
  }
}
