import { Injectable, type OnModuleInit } from '@nestjs/common';
import { isDeepStrictEqual } from 'node:util';
import { ChangeCache } from '../../core/changes/change-cache.js';
import { Changes } from '../../core/changes/changes.js';
import type { Row } from '../../core/database/row.js';
import { Transactions } from '../../core/database/transactions.js';
import type { Tx } from '../../core/database/tx.js';
import { assertMatches } from '../../core/http/entity-tag.js';
import { refuseReadOnly } from '../../core/http/read-only.js';
import { newId } from '../../core/ids/uuid-v7.js';
import { definedOf } from '../../core/json/defined.js';
import type { Tenant } from '../../core/tenancy/tenant.js';
import { Clock } from '../../core/time/clock.js';
import { Usages, type Deletion } from '../../core/usage/usages.js';
import { EditsService } from '../auth/audit/edits.service.js';
import type { CreateFunctionRequest } from './dto/create-function.request.js';
import { FunctionResponse } from './dto/function.response.js';
import type { ListFunctionsQuery } from './dto/list-functions.query.js';
import type { UpdateFunctionRequest } from './dto/update-function.request.js';
import { FunctionVersionsRepository } from './function-versions.repository.js';
import type { UserFunction } from './function.entity.js';
import { FunctionNotFound } from './function.errors.js';
import { movingFields, parametersOf } from './function.rules.js';
import { FunctionsRepository } from './functions.repository.js';
import { SourceCheck } from './source-check.js';

/** What a flow runs. */
export interface FunctionCode {
  id: string;
  name: string;
  version: number;
  code: string;
}

/** Who saves, and on which state the edit was made. */
export interface SavedBy {
  userId: string | null;
  ifMatch: string | undefined;
}

/** Makes, changes and deletes functions; new code or parameters are a new version. The only writer of their tables. */
@Injectable()
export class FunctionsService implements OnModuleInit {
  private readonly codes: ChangeCache<FunctionCode | null>;

  constructor(
    private readonly functions: FunctionsRepository,
    private readonly versions: FunctionVersionsRepository,
    private readonly sourceCheck: SourceCheck,
    private readonly usages: Usages,
    private readonly transactions: Transactions,
    private readonly changes: Changes,
    private readonly edits: EditsService,
    private readonly clock: Clock,
  ) {
    this.codes = new ChangeCache(clock, 10_000);
  }

  onModuleInit(): void {
    this.changes.onChange('function', ({ tenantId, entityId }) => {
      this.codes.drop(codeKey(tenantId, entityId));
    });
  }

  async list(tenant: Tenant, query: ListFunctionsQuery): Promise<{ rows: Row<UserFunction>[]; total: number }> {
    return this.functions.list(tenant, query);
  }

  async get(tenant: Tenant, id: string): Promise<Row<UserFunction>> {
    return found(await this.functions.find(tenant, id));
  }

  /** The current code, from memory as a rule: every event of every flow asks. Null when there is no such function. */
  async findCode(tenant: Tenant, id: string): Promise<FunctionCode | null> {
    const key = codeKey(tenant.id, id);
    const kept = this.codes.peek(key);
    return kept === undefined ? this.codes.load(key, () => this.functions.find(tenant, id)) : kept;
  }

  async getCode(tenant: Tenant, id: string): Promise<FunctionCode> {
    const code = await this.findCode(tenant, id);
    if (code === null) throw new FunctionNotFound();
    return code;
  }

  /** Those of the ids that are functions, kept from being deleted until the transaction ends: ask before storing one. */
  async idsForUse(tx: Tx, tenant: Tenant, ids: readonly string[]): Promise<string[]> {
    return ids.length === 0 ? [] : this.functions.idsForUse(tx, tenant, ids);
  }

  async create(tenant: Tenant, request: CreateFunctionRequest, userId: string | null): Promise<Row<UserFunction>> {
    await this.sourceCheck.assertLoads(request.code);
    const now = this.clock.now();
    const created: Row<UserFunction> = {
      id: newId(now.getTime()),
      tenantId: tenant.id,
      name: request.name,
      description: request.description ?? null,
      parameters: parametersOf(request.parameters),
      code: request.code,
      version: 1,
      createdAt: now,
      updatedAt: now,
      quarantinedUntil: null,
      deletedAt: null,
    };
    await this.transactions.run(async (tx) => {
      await this.functions.insert(tx, created);
      await this.versions.keep(tx, created, userId);
      await this.edits.record(tx, tenant, 'function', 'created', { after: created });
    });
    return created;
  }

  async update(
    tenant: Tenant,
    id: string,
    request: UpdateFunctionRequest,
    savedBy: SavedBy,
  ): Promise<Row<UserFunction>> {
    const stored = await this.get(tenant, id);
    refuseReadOnly(request, new FunctionResponse(stored, this.clock.now()), {
      id: 'same',
      ...movingFields(request, this.clock.now()),
      version: 'not_later',
      created_at: 'same',
      updated_at: 'not_later',
    });
    const { name, description, code } = request;
    if (code !== undefined && code !== stored.code) await this.sourceCheck.assertLoads(code);
    const parameters = request.parameters === undefined ? undefined : parametersOf(request.parameters);
    return this.save(tenant, id, definedOf({ name, description, code, parameters }), savedBy);
  }

  /** Writes what differs; an edit that changes nothing is no save. */
  async save(
    tenant: Tenant,
    id: string,
    edit: Partial<Pick<UserFunction, 'name' | 'description' | 'code' | 'parameters'>>,
    { userId, ifMatch }: SavedBy,
  ): Promise<Row<UserFunction>> {
    return this.transactions.run(async (tx) => {
      const stored = found(await this.functions.findForUpdate(tx, tenant, id));
      assertMatches(ifMatch, new FunctionResponse(stored, this.clock.now()));
      const edited = { ...stored, ...edit };
      if (isDeepStrictEqual(edited, { ...stored })) return stored;
      const isVersion = edited.code !== stored.code || !isDeepStrictEqual(edited.parameters, stored.parameters);
      const saved = {
        ...edited,
        version: stored.version + (isVersion ? 1 : 0),
        quarantinedUntil: isVersion ? null : stored.quarantinedUntil,
        updatedAt: this.later(stored.updatedAt),
      };
      await this.functions.update(tx, saved);
      if (isVersion) await this.versions.keep(tx, saved, userId);
      await this.edits.record(tx, tenant, 'function', 'updated', { before: stored, after: saved });
      return saved;
    });
  }

  /** Lets everybody see that this version of a function rests. False: it is not the present one any more. */
  async quarantine(tenant: Tenant, id: string, version: number, until: Date): Promise<boolean> {
    return this.functions.quarantine(tenant, id, version, until);
  }

  /** Its versions and histories stay. */
  async remove(tenant: Tenant, id: string, deletion: Deletion): Promise<void> {
    await this.transactions.run(async (tx) => {
      await this.usages.hold(tx, tenant, 'function', id, deletion);
      const stored = found(await this.functions.findForUpdate(tx, tenant, id));
      await this.usages.letGo(tx, tenant, { kind: 'function', id, name: stored.name }, deletion);
      await this.functions.update(tx, { ...stored, deletedAt: this.clock.now() });
      await this.edits.record(tx, tenant, 'function', 'deleted', { before: stored });
    });
  }

  /** Two saves within one millisecond must not share an ETag. */
  private later(than: Date): Date {
    return new Date(Math.max(this.clock.nowMs(), than.getTime() + 1));
  }
}

/** With the tenant, or one tenant's "no such function" would be kept for the other's. */
function codeKey(tenantId: string, id: string): string {
  return `${tenantId}:${id}`;
}

function found(userFunction: Row<UserFunction> | null): Row<UserFunction> {
  if (userFunction === null) throw new FunctionNotFound();
  return userFunction;
}
