import { Injectable, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import { ValidationFailed } from '../errors/validation-failed.js';

/** Takes the number of a version from the path, and refuses what PostgreSQL's integer could not be. */
@Injectable()
export class VersionPipe implements PipeTransform<unknown, number> {
  transform(value: unknown, { data }: ArgumentMetadata): number {
    // The validation pipe runs first and has made a number of it where the parameter is declared as one.
    if (/^[1-9]\d{0,8}$/.test(String(value))) return Number(value);
    throw new ValidationFailed([{ path: data ?? 'version', message: 'must be the number of a version' }]);
  }
}
