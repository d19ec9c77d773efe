import { Injectable, type PipeTransform } from '@nestjs/common';
import { ConfigMacInvalid } from './config.errors.js';
import { strictMac } from './config.rules.js';

/** Takes a MAC from the path, in either case and no other spelling, so that one device has one address. */
@Injectable()
export class MacPipe implements PipeTransform<unknown, string> {
  transform(value: unknown): string {
    const mac = typeof value === 'string' ? strictMac(value) : null;
    if (mac === null) throw new ConfigMacInvalid();
    return mac;
  }
}
