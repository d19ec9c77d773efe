import { ValidateBy, type ValidationOptions } from 'class-validator';
import { isStorableText, whyNotStorable, type StorableLimits } from './storable.js';

/** Text that PostgreSQL can hold, of so many characters, not only white space unless `min` is 0. */
export const IsText = ({ min = 1, max }: { min?: number; max: number }, options?: ValidationOptions) =>
  ValidateBy(
    {
      name: 'isText',
      validator: {
        validate: (value: unknown) =>
          typeof value === 'string' &&
          value.length >= min &&
          value.length <= max &&
          isStorableText(value) &&
          (min === 0 || value.trim() !== ''),
        defaultMessage: () => `must be text of ${min} to ${max} characters without U+0000`,
      },
    },
    options,
  );

/** A JSON object that jsonb can hold. */
export const IsJsonObject = (limits: StorableLimits) =>
  ValidateBy({
    name: 'isJsonObject',
    validator: {
      validate: (value: unknown) =>
        typeof value === 'object' &&
        value !== null &&
        !Array.isArray(value) &&
        whyNotStorable(value, limits) === undefined,
      defaultMessage: (args) =>
        typeof args?.value === 'object' && args.value !== null && !Array.isArray(args.value)
          ? (whyNotStorable(args.value, limits) ?? '')
          : 'must be an object',
    },
  });

/** Any JSON value that jsonb can hold. */
export const IsJsonValue = (limits: StorableLimits) =>
  ValidateBy({
    name: 'isJsonValue',
    validator: {
      validate: (value: unknown) => whyNotStorable(value, limits) === undefined,
      defaultMessage: (args) => whyNotStorable(args?.value, limits) ?? '',
    },
  });
