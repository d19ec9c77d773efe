import type { OpenAPIObject } from '@nestjs/swagger';

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** A JSON Schema, as far as the document uses it. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: Json[];
  oneOf?: Schema[];
  anyOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  items?: Schema;
  format?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  maxItems?: number;
  default?: Json;
  example?: Json;
}

export interface Parameter {
  in: string;
  name: string;
  required?: boolean;
  schema: Schema;
}

type Content = Record<string, { schema: Schema }>;

/** One operation of the API, as its document says. */
export interface Operation {
  /** `GET /api/v1/devices/{id}` */
  name: string;
  method: string;
  path: string;
  parameters: Parameter[];
  body: { contentType: string; schema: Schema }[];
  responses: Record<string, { content?: Content }>;
}

interface DocumentedOperation {
  parameters?: Parameter[];
  requestBody?: { content: Content };
  responses: Operation['responses'];
}

/** The OpenAPI document as the fuzzer reads it. */
export class ApiDocument {
  readonly operations: readonly Operation[];
  readonly schemas: Readonly<Record<string, Schema>>;

  constructor(document: OpenAPIObject) {
    // Through JSON: what a client gets, without undefined and class instances.
    const { paths, components } = JSON.parse(JSON.stringify(document)) as {
      paths: Record<string, Record<string, DocumentedOperation>>;
      components: { schemas: Record<string, Schema> };
    };
    this.schemas = components.schemas;
    this.operations = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({
        name: `${method.toUpperCase()} ${path}`,
        method: method.toUpperCase(),
        path,
        parameters: operation.parameters ?? [],
        body: Object.entries(operation.requestBody?.content ?? {}).map(([contentType, { schema }]) => ({
          contentType,
          schema,
        })),
        responses: operation.responses,
      })),
    );
  }

  resolve(schema: Schema): Schema {
    const name = schema.$ref?.split('/').at(-1);
    if (name === undefined) return schema;
    const found = this.schemas[name];
    if (found === undefined) throw new Error(`${schema.$ref ?? ''} leads nowhere`);
    return this.resolve(found);
  }
}
