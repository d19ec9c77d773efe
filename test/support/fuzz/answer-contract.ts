import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import type { TestAnswer } from '../app.js';
import type { ApiDocument, Operation, Schema } from './api-document.js';

const root = 'openapi';

/**
 * Judges answers by the document: the status is named, the Content-Type is one of it, the body fits its schema, and no
 * object holds a field that its schema does not name.
 */
export class AnswerContract {
  private readonly ajv = new Ajv2020({ strict: false, allErrors: true });
  private readonly compiled = new Map<Schema, ValidateFunction>();

  constructor(document: ApiDocument) {
    formats.default(this.ajv);
    this.ajv.addSchema({ $id: root, components: { schemas: closed(document.schemas) } });
  }

  /** What is wrong with the answer; undefined is nothing. */
  faultOf(operation: Operation, { status, headers, body }: TestAnswer): string | undefined {
    // A remote that failed is no fault of ours, where the document says that there is one.
    if (status >= 500 && status !== 502) return `${status}: ${JSON.stringify(body)}`;
    const documented = operation.responses[status.toString()];
    if (documented === undefined) return `${status} is not documented: ${JSON.stringify(body)}`;
    const contentType = String(headers['content-type'] ?? '').split(';', 1)[0] ?? '';
    if (documented.content === undefined) {
      return body === '' && contentType === '' ? undefined : `${status} has a body, and none is documented`;
    }
    const content = documented.content[contentType];
    if (content === undefined) return `${status} is ${contentType}, which is not documented`;
    const validate = this.compile(content.schema);
    if (validate(body)) return undefined;
    const errors = (validate.errors ?? []).map(
      ({ instancePath, message, params }) => `${instancePath} ${message ?? ''} ${JSON.stringify(params)}`,
    );
    return `${status} does not fit its schema: ${errors.slice(0, 5).join('; ')}: ${JSON.stringify(body)}`;
  }

  private compile(schema: Schema): ValidateFunction {
    const known = this.compiled.get(schema);
    if (known !== undefined) return known;
    const validate = this.ajv.compile(closed(schema));
    this.compiled.set(schema, validate);
    return validate;
  }
}

/** The same schemas with absolute references, and no room for fields that they do not name. */
function closed<T>(schema: T): T {
  if (Array.isArray(schema)) return schema.map((item: unknown) => closed(item)) as T;
  if (typeof schema !== 'object' || schema === null) return schema;
  const copy = Object.fromEntries(
    Object.entries(schema).map(([key, value]: [string, unknown]) => [
      key,
      key === '$ref' ? `${root}${String(value)}` : closed(value),
    ]),
  );
  const isOpen = copy['type'] !== 'object' || copy['properties'] === undefined || 'additionalProperties' in copy;
  return (isOpen ? copy : { ...copy, additionalProperties: false }) as T;
}
