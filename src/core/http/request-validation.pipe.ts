import { Injectable, ValidationPipe, type ArgumentMetadata, type ValidationError } from '@nestjs/common';
import type { FieldError } from '../errors/app-error.js';
import { ValidationFailed } from '../errors/validation-failed.js';
import { unstorableFields } from './unstorable-fields.js';

const builtIn: readonly unknown[] = [Object, Array, Map, Set, Promise, Buffer, undefined];

/**
 * Holds every request to its class: unknown fields are refused, texts that PostgreSQL cannot hold are refused, and each
 * fault is named by its dotted path. A body that is declared as `unknown` or a plain object is what a machine sent:
 * its route judges it alone.
 */
@Injectable()
export class RequestValidationPipe extends ValidationPipe {
  constructor() {
    super({
      whitelist: true,
      forbidNonWhitelisted: true,
      transform: true,
      // One answer names what is wrong, and not a million entries of the same array.
      exceptionFactory: (errors) => new ValidationFailed(fieldErrorsOf(errors).slice(0, 100)),
    });
  }

  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (isJudgedHere(metadata)) {
      const faults = unstorableFields(value, metadata.data ?? '');
      if (faults.length > 0) throw new ValidationFailed(faults);
    }
    return (await super.transform(value, metadata)) as unknown;
  }
}

function isJudgedHere({ type, metatype }: ArgumentMetadata): boolean {
  return type === 'query' || type === 'param' || (type === 'body' && !builtIn.includes(metatype));
}

function fieldErrorsOf(errors: readonly ValidationError[], parent = ''): FieldError[] {
  return errors.flatMap((error) => {
    const path = parent === '' ? error.property : `${parent}.${error.property}`;
    const own = Object.entries(error.constraints ?? {}).map(([constraint, message]) => ({
      path,
      message: constraint === 'whitelistValidation' ? 'unknown field' : message,
    }));
    return [...own, ...fieldErrorsOf(error.children ?? [], path)];
  });
}
