import { Injectable, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import { ValidationFailed } from '../errors/validation-failed.js';
import { isUuid } from '../ids/uuid-v7.js';

/** Takes an id from the path in either case, and refuses what is none, so that no query ever sees it. */
@Injectable()
export class IdPipe implements PipeTransform<unknown, string> {
  transform(value: unknown, { data }: ArgumentMetadata): string {
    const id = typeof value === 'string' ? value.toLowerCase() : '';
    if (!isUuid(id)) throw new ValidationFailed([{ path: data ?? 'id', message: 'must be a UUID' }]);
    return id;
  }
}
