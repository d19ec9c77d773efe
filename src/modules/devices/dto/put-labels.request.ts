import { isUUID } from 'class-validator';
import { ValidationFailed } from '../../../core/errors/validation-failed.js';
import { maxLabels } from './register-device.request.js';

/** The two ways to say which labels a device wears: a bare array of ids, or an object that holds it. */
export const putLabelsSchema = {
  oneOf: [
    { type: 'array', items: { type: 'string', format: 'uuid' } },
    {
      type: 'object',
      properties: { label_ids: { type: 'array', items: { type: 'string', format: 'uuid' } } },
      required: ['label_ids'],
    },
  ],
};

/** Reads either form; the ids come out in lower case. */
export function labelIdsOf(body: unknown): string[] {
  const given = Array.isArray(body) ? body : idsOfObject(body);
  if (given.length > maxLabels) fail('label_ids', `must not hold more than ${maxLabels} ids`);
  return given.map((id: unknown, index) => {
    if (!isUUID(id)) fail(`label_ids.${index}`, 'must be a UUID');
    return String(id).toLowerCase();
  });
}

function idsOfObject(body: unknown): unknown[] {
  if (typeof body !== 'object' || body === null)
    return fail('', 'must be an array of label ids, or {"label_ids": […]}');
  const unknown = Object.keys(body).find((key) => key !== 'label_ids' && key !== 'labelsId');
  if (unknown !== undefined) fail(unknown, 'unknown field');
  const ids: unknown = 'label_ids' in body ? body.label_ids : 'labelsId' in body ? body.labelsId : undefined;
  return Array.isArray(ids) ? ids : fail('label_ids', 'must be an array');
}

function fail(path: string, message: string): never {
  throw new ValidationFailed([{ path, message }]);
}
