import { Injectable, type PipeTransform } from '@nestjs/common';
import { ValidationFailed } from '../../core/errors/validation-failed.js';
import { canonicalFilename, whyNotFilename } from './asset-filename.rules.js';

/** Takes the name of an asset from the path, and refuses what can be none. */
@Injectable()
export class AssetFilenamePipe implements PipeTransform<unknown, string> {
  transform(value: unknown): string {
    const name = typeof value === 'string' ? value : '';
    const why = whyNotFilename(name);
    if (why !== undefined) throw new ValidationFailed([{ path: 'filename', message: why }]);
    return canonicalFilename(name);
  }
}
