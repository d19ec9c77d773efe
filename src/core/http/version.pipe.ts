import { Injectable, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import { ValidationFailed } from '../errors/validation-failed.js';

/** The highest that PostgreSQL's integer holds. */
const maxVersion = 2 ** 31 - 1;

/** Takes the number of a version from the path; the validation pipe before it may have made it a number already. */
@Injectable()
export class VersionPipe implements PipeTransform<unknown, number> {
  transform(value: unknown, { data }: ArgumentMetadata): number {
    const version = Number(value);
    if (Number.isInteger(version) && version >= 1 && version <= maxVersion) return version;
    throw new ValidationFailed([{ path: data ?? 'version', message: 'must be the number of a version' }]);
  }
}
