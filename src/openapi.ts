import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { problemDocs } from './core/http/problems/api-problems.decorator.js';
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
    .addApiKey(
      {
        type: 'apiKey',
        in: 'header',
        name: 'X-Provisioning-Key',
        description: 'A key that devices share until they have their own.',
      },
      'provisioning-key',
    )
    .build();
  const document = SwaggerModule.createDocument(app, config, {
    extraModels: [ProblemResponse],
    operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '')}_${method}`,
  });
  for (const [path, operations] of Object.entries(document.paths)) complete(path, operations);
  nameAliases(Object.values(document.paths));
  return document;
}

type Operations = OpenAPIObject['paths'][string];
type Operation = NonNullable<Operations['get']>;

/** Says of every operation what it shares with others of its kind, and gives aliases ids that tools accept. */
function complete(path: string, { get, post, put, patch, delete: remove }: Operations): void {
  const reading = get === undefined ? [] : [get];
  const writing = [post, put, patch, remove].filter((operation) => operation !== undefined);
  for (const operation of [...reading, ...writing]) {
    if (operation.operationId !== undefined) operation.operationId = operation.operationId.replace(/\[(\d+)\]$/, '_$1');
    const statuses = [
      400,
      ...problemsOfPath(path),
      ...problemsOfAccess(operation),
      ...(operation === get ? [] : [413, 415]),
    ];
    for (const status of statuses) operation.responses[status] ??= problemDocs(status);
    operation.responses['default'] ??= problemDocs(undefined);
  }
}

/** A route that answers at several paths has a name of its own at the first, and a number after it at the others. */
function nameAliases(paths: Operations[]): void {
  const seen = new Map<string, number>();
  for (const { get, post, put, patch, delete: remove } of paths) {
    for (const operation of [get, post, put, patch, remove]) {
      if (operation?.operationId === undefined) continue;
      const count = (seen.get(operation.operationId) ?? 0) + 1;
      seen.set(operation.operationId, count);
      if (count > 1) operation.operationId += `_${count.toString()}`;
    }
  }
}

/** What stands in the path may name nothing, or be longer than any id. */
function problemsOfPath(path: string): number[] {
  return path.includes('{') ? [404, 414] : [];
}

/** Guarded routes look a credential up; public ones say so by an empty requirement. */
function problemsOfAccess({ security = [] }: Operation): number[] {
  return security.some((requirement) => Object.keys(requirement).length > 0) ? [401, 403, 503] : [];
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
