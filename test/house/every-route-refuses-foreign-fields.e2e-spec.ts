import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { buildOpenApi } from '../../src/openapi.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { aCast } from '../support/cast.js';
import { ApiDocument, type Operation, type Schema } from '../support/fuzz/api-document.js';
import { addressOf, Owner, resources } from './guarded-resources.js';

/** What nobody may set by putting it into a body, with values that would be somebody's gain or loss. */
const privileged: Readonly<Record<string, readonly unknown[]>> = {
  no_such_field: ['x'],
  id: [randomUUID()],
  tenant_id: [randomUUID()],
  tenantId: [randomUUID()],
  user_id: [randomUUID()],
  created_by: [randomUUID()],
  role: ['viewer', 'admin'],
  is_superuser: [true, false],
  isSuperuser: [true],
  is_active: [true, false],
  created_at: ['2001-01-01T00:00:00Z'],
  deleted_at: [null],
  password_hash: ['x'],
  secret_hash: ['x'],
  secrets_sealed: ['x'],
};

/** Where such a field is what the route is for. Who adds a line here has thought about it. */
const settable = [
  'PATCH /api/v1/members/{user_id} role',
  'PATCH /api/v1/users/{id} is_active',
  'POST /api/v1/auth/switch tenant_id',
  'POST /api/v1/invitations role',
  'POST /api/v1/users role',
];

/** Bodies that machines send: what is unknown is kept with the message, and reaches nothing else. ThingsBoard’s scripts are such. */
const ofMachines =
  /^POST (.*(\/ingest\/\w+|\/device-data\/ingest|\/devices\/claim|\/device\/register|\/key-exchange|\/api\/v1\/provision)|\/api\/(auth\/(login|token)|asset|device|relation))$/;

let server: TestApp;
let document: ApiDocument;
let operations: Operation[];

beforeAll(async () => {
  server = await startTestApp();
  document = new ApiDocument(buildOpenApi(server.app));
  operations = document.operations.filter(({ name, body }) => body.length > 0 && !ofMachines.test(name));
});
afterAll(() => server.close());

/** The objects that the operation takes as JSON. */
function objectsOf(operation: Operation): Schema[] {
  const json = operation.body.find(({ contentType }) => contentType === 'application/json');
  if (json === undefined) return [];
  const schema = document.resolve(json.schema);
  const choices = [...(schema.oneOf ?? []), ...(schema.anyOf ?? [])].map((choice) => document.resolve(choice));
  return [schema, ...choices].filter(({ properties }) => properties !== undefined);
}

function isSettable(operation: Operation, field: string): boolean {
  const declared = objectsOf(operation).flatMap(({ properties }) => properties?.[field] ?? []);
  return declared.some((schema) => !('readOnly' in schema));
}

describe('every body', () => {
  it('says of each privileged field that one may set it why', () => {
    const found = operations.flatMap((operation) =>
      Object.keys(privileged)
        .filter((field) => isSettable(operation, field))
        .map((field) => `${operation.name} ${field}`),
    );
    expect(found.sort()).toEqual(settable);
    expect(operations.length).toBeGreaterThan(25);
  });

  it('refuses what it does not know and what nobody may set, by its name', async () => {
    const { users } = await aCast(server);
    const owner = new Owner(server, users.superuser);
    const faults: string[] = [];
    for (const operation of operations) {
      if (objectsOf(operation).length === 0) continue;
      const url = addressOf(operation.path.replace(/\{(\w+)\}/g, ':$1'), await parametersOf(operation, owner));
      const stored = (await server.http('GET', url, { token: owner.token })).body;
      for (const [field, values] of Object.entries(privileged)) {
        if (isSettable(operation, field)) continue;
        // What was read may be sent back.
        for (const value of values.filter((one) => stored?.[field] !== one)) {
          const answer = await server.http(operation.method, url, { token: owner.token, body: { [field]: value } });
          const named = (answer.body?.errors ?? []) as { path: string }[];
          if (answer.status !== 400 || !named.some(({ path }) => path === field))
            faults.push(`${operation.name} ${field}: ${answer.status} ${JSON.stringify(answer.body)}`);
        }
      }
    }
    expect(faults).toEqual([]);
  }, 60_000);
});

/** A row that is there: what is read-only is compared with it. */
async function parametersOf({ path }: Operation, owner: Owner): Promise<string[]> {
  const pattern = path.replace(/\{\w+\}.*$/, '');
  const resource = resources.find(({ at }) => at === pattern);
  return path.includes('{') && resource !== undefined ? [await resource.make(owner)] : [];
}
