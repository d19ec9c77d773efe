import { Ajv, type Options } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

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

/** Made anew each time: a compiler keeps every schema that it has seen. */
function compilerFor(schema: object): Ajv {
  const dialect = '$schema' in schema ? String(schema.$schema) : '';
  const compiler = dialect.includes('draft-07') ? new Ajv(options) : new Ajv2020(options);
  addFormats.default(compiler);
  return compiler;
}
