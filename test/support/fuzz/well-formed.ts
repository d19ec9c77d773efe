import fc from 'fast-check';
import type { ApiDocument, Json, Schema } from './api-document.js';

/** Deeper than this, what is optional is left out: a schema may hold itself. */
const maxDepth = 6;

/** Values that fit their schema, or nearly: what the document does not say (a DevEUI's digits) comes from its examples. */
export class WellFormed {
  /** `ids` are those of rows that there are. */
  constructor(
    private readonly document: ApiDocument,
    private readonly ids: readonly string[],
  ) {}

  value(schema: Schema, depth = 0): fc.Arbitrary<Json> {
    const resolved = this.document.resolve(schema);
    const made = this.fresh(resolved, depth);
    const { example } = resolved;
    return example === undefined ? made : fc.oneof(made, fc.constant(example).map(copyOf));
  }

  private fresh(schema: Schema, depth: number): fc.Arbitrary<Json> {
    const choices = schema.oneOf ?? schema.anyOf;
    if (choices !== undefined) return fc.oneof(...choices.map((choice) => this.value(choice, depth)));
    if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
    const types = Array.isArray(schema.type) ? schema.type : [schema.type ?? 'string'];
    return fc.oneof(...types.map((type) => this.ofType(type, schema, depth)));
  }

  private ofType(type: string, schema: Schema, depth: number): fc.Arbitrary<Json> {
    const { minimum = -1_000, maximum = 100_000 } = schema;
    switch (type) {
      case 'null':
        return fc.constant(null);
      case 'boolean':
        return fc.boolean();
      case 'integer':
        return fc.integer({ min: minimum, max: maximum });
      case 'number':
        return fc.oneof(
          fc.integer({ min: Math.ceil(minimum), max: Math.floor(maximum) }),
          fc.double({ min: minimum, max: maximum, noNaN: true }),
        );
      case 'array':
        return fc.array(this.value(schema.items ?? {}, depth + 1), { maxLength: Math.min(schema.maxItems ?? 3, 3) });
      case 'object':
        return this.object(schema, depth);
      default:
        return this.text(schema);
    }
  }

  private object(schema: Schema, depth: number): fc.Arbitrary<Json> {
    const { properties = {}, required = [], additionalProperties } = schema;
    const kept = Object.entries(properties).filter(([name]) => depth < maxDepth || required.includes(name));
    const named = fc.record(
      Object.fromEntries(kept.map(([name, property]) => [name, this.value(property, depth + 1)])),
      {
        requiredKeys: required.filter((name) => name in properties),
      },
    ) as fc.Arbitrary<Record<string, Json>>;
    if (additionalProperties === undefined || additionalProperties === false || depth >= maxDepth) return named;
    const more =
      additionalProperties === true
        ? (fc.jsonValue({ maxDepth: 1 }) as fc.Arbitrary<Json>)
        : this.value(additionalProperties, depth + 1);
    return fc
      .tuple(
        named,
        fc.dictionary(fc.string({ minLength: 1, maxLength: 10 }), more, { maxKeys: 2, noNullPrototype: true }),
      )
      .map(([object, extra]) => ({ ...extra, ...object }));
  }

  private text({ format, minLength = 0, maxLength = 60 }: Schema): fc.Arbitrary<Json> {
    switch (format) {
      case 'uuid':
        return fc.oneof(
          { weight: 3, arbitrary: fc.constantFrom(...this.ids) },
          { weight: 1, arbitrary: fc.uuid({ version: 7 }) },
        );
      case 'date-time':
        return fc
          .date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true })
          .map((date) => date.toISOString());
      case 'email':
        return fc.emailAddress();
      default:
        return fc.string({ unit: 'grapheme', minLength, maxLength: Math.min(maxLength, 60) });
    }
  }
}

function copyOf(value: Json): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}
