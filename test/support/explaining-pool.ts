import { HotPool } from '../../src/core/database/hot-pool.js';

/** One node of a plan, after it ran. */
export interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  Plans?: PlanNode[];
}

/** A hot pool that also keeps the plan of every statement, with what each node of it really did. */
export class ExplainingPool extends HotPool {
  private plans: PlanNode[] = [];

  /** Statements since the last `take`. */
  get statements(): number {
    return this.plans.length;
  }

  override async named<Row extends object>(name: string, text: string, values: unknown[]): Promise<Row[]> {
    await this.explain(text, values);
    return super.named(name, text, values);
  }

  override async query<Row>(sql: string, params: readonly unknown[] = []): Promise<Row[]> {
    await this.explain(sql, params);
    return super.query(sql, params);
  }

  /** Everything that ran since the last call, node by node. */
  take(): PlanNode[] {
    const plans = this.plans.flatMap(nodesOf);
    this.plans = [];
    return plans;
  }

  private async explain(sql: string, params: readonly unknown[]): Promise<void> {
    const explained = await super.query<{ 'QUERY PLAN': { Plan: PlanNode }[] }>(
      `EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) ${sql}`,
      params,
    );
    this.plans.push(...explained.flatMap((row) => row['QUERY PLAN'].map(({ Plan }) => Plan)));
  }
}

function nodesOf(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)];
}
