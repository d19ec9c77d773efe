import { Ajv, type ErrorObject, type Options } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { FieldError } from '../errors/app-error.js';
import { RanTooLong, withinMs } from './within-ms.js';

const options: Options = {
  // People write keywords of their own into schemas; those say nothing here.
  strict: false,
  allErrors: true,
  logger: false,
};

/**
 * Why a JSON Schema cannot be used, in words that follow the field's name; undefined when it can. Draft 2020-12, or
 * draft 7 where `$schema` says so. It must stand by itself: nothing is fetched for a `$ref`.
 */
export function whyNotSchema(schema: object): string | undefined {
  try {
    compilerFor(schema).compile(schema);
    return undefined;
  } catch (error) {
    return `is no JSON Schema: ${(error instanceof Error ? error.message : 'it cannot be compiled').slice(0, 500)}`;
  }
}

/** Long for any honest schema; one that backtracks for ever must not hold up everybody else. */
const checkMs = 200;
/** Whoever mends these sees the next ones. */
const maxFaults = 50;

/** A schema that whyNotSchema() found nothing against, ready to look at many values. */
export class SchemaCheck {
  private readonly validate: ReturnType<Ajv['compile']>;

  constructor(schema: object) {
    this.validate = compilerFor(schema).compile(schema);
  }

  /** What in the value does not fit, each with its path, dotted and below `root`; empty when all of it does. */
  faultsOf(value: unknown, root: string): FieldError[] {
    try {
      if (withinMs(checkMs, () => this.validate(value))) return [];
    } catch (error) {
      if (!(error instanceof RanTooLong)) throw error;
      return [{ path: root, message: 'takes too long to be checked against the schema' }];
    }
    return (this.validate.errors ?? []).slice(0, maxFaults).map((fault) => ({
      path: pathOf(fault, root),
      message: messageOf(fault),
    }));
  }
}

function pathOf({ instancePath, params }: ErrorObject, root: string): string {
  const steps = instancePath
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  const at = params as Readonly<Record<string, unknown>>;
  // What is missing or too much is named itself, not what it is missing in.
  const inner = at['missingProperty'] ?? at['additionalProperty'] ?? at['unevaluatedProperty'] ?? at['propertyName'];
  return [root, ...steps, ...(typeof inner === 'string' ? [inner] : [])].join('.');
}

function messageOf({ keyword, message, params }: ErrorObject): string {
  const at = params as Readonly<Record<string, unknown>>;
  if (keyword === 'required') return 'is missing';
  if (keyword === 'additionalProperties' || keyword === 'unevaluatedProperties') return 'is not allowed';
  if (keyword === 'enum') return `must be one of ${JSON.stringify(at['allowedValues'])}`;
  if (keyword === 'const') return `must be ${JSON.stringify(at['allowedValue'])}`;
  return message ?? `does not fit "${keyword}"`;
}

/** Made anew each time: a compiler keeps every schema that it has seen. */
function compilerFor(schema: object): Ajv {
  const dialect = '$schema' in schema ? String(schema.$schema) : '';
  const compiler = dialect.includes('draft-07') ? new Ajv(options) : new Ajv2020(options);
  addFormats.default(compiler);
  return compiler;
}
