import { Injectable, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import { ValidationFailed } from '../errors/validation-failed.js';

/** Takes the number of a version from the path, and refuses what PostgreSQL's integer could not be. */
@Injectable()
export class VersionPipe implements PipeTransform<unknown, number> {
  transform(value: unknown, { data }: ArgumentMetadata): number {
    if (typeof value === 'string' && /^[1-9]\d{0,8}$/.test(value)) return Number(value);
    throw new ValidationFailed([{ path: data ?? 'version', message: 'must be the number of a version' }]);
  }
}
