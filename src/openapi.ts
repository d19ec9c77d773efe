import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, getSchemaPath, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { ProblemResponse } from './core/http/problems/problem.response.js';

/** The document's own version; the API's paths carry the major one. */
const apiVersion = '0.1.0';

const about =
  'The application layer behind ChirpStack and ESP32 fleets. Errors are problem documents (RFC 9457); lists are bare arrays with their total and next page in headers.';

/** The OpenAPI document of all routes, with what they all have in common. */
export function buildOpenApi(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Fieldline')
    .setDescription(about)
    .setVersion(apiVersion)
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addBearerAuth({
      type: 'http',
      scheme: 'bearer',
      description: 'An access token of /api/v1/auth/login, or an API key.',
    })
    .addApiKey({ type: 'apiKey', in: 'header', name: 'X-API-Key', description: 'An API key.' }, 'api-key')
    .build();
  const document = SwaggerModule.createDocument(app, config, {
    extraModels: [ProblemResponse],
    operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '')}_${method}`,
  });
  for (const path of Object.values(document.paths)) complete(path);
  return document;
}

/** Says of every operation that whatever it answers else is a problem document, and gives aliases ids that tools accept. */
function complete(path: OpenAPIObject['paths'][string]): void {
  for (const operation of [path.get, path.post, path.put, path.patch, path.delete]) {
    if (operation === undefined) continue;
    if (operation.operationId !== undefined) operation.operationId = operation.operationId.replace(/\[(\d+)\]$/, '_$1');
    operation.responses['default'] ??= {
      description: 'Any other answer is a problem.',
      content: { 'application/problem+json': { schema: { $ref: getSchemaPath(ProblemResponse) } } },
    };
  }
}

/** The document as it stands in the repository: keys in one order, so that a change of the file is a change of the API. */
export function openApiText(app: INestApplication): string {
  return `${JSON.stringify(sorted(buildOpenApi(app)), null, 2)}\n`;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]));
}
