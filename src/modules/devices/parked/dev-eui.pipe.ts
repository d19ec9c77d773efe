import { Injectable, type PipeTransform } from '@nestjs/common';
import { ValidationFailed } from '../../../core/errors/validation-failed.js';
import { isStorableText } from '../../../core/json/storable.js';

const maxLength = 64;

/**
 * Takes a DevEUI from the path in either case. Messages that said none are found under `-`, and odd ones under what they
 * said: they were kept, so people must be able to look at them and throw them away.
 */
@Injectable()
export class DevEuiPipe implements PipeTransform<unknown, string> {
  transform(value: unknown): string {
    const text = typeof value === 'string' ? value.trim().toUpperCase() : '';
    if (text === '-') return '';
    if (text !== '' && text.length <= maxLength && isStorableText(text)) return text;
    throw new ValidationFailed([{ path: 'dev_eui', message: 'must be a DevEUI, or - for messages without one' }]);
  }
}
