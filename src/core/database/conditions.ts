/**
 * The conditions of one query, joined by AND, with their parameters numbered as they come.
 *
 * @example
 * const where = new Conditions().and(tenant.id, (p) => `tenant_id = ${p}`);
 * if (query.name !== undefined) where.and(containing(query.name), (p) => `name ILIKE ${p}`);
 * await ask(`SELECT … WHERE ${where.sql}`, where.values);
 */
export class Conditions {
  readonly values: unknown[] = [];
  private readonly parts: string[] = [];

  and(value: unknown, condition: (parameter: string) => string): this {
    this.parts.push(condition(this.bind(value)));
    return this;
  }

  /** A value that is used elsewhere in the query; answers its parameter. */
  bind(value: unknown): string {
    return `$${this.values.push(value)}`;
  }

  /** A condition without a parameter of its own. */
  andThat(condition: string): this {
    this.parts.push(condition);
    return this;
  }

  get sql(): string {
    return this.parts.length === 0 ? 'true' : this.parts.join(' AND ');
  }
}

/** The ILIKE pattern of texts that hold this one; its own % and _ stand for themselves. */
export function containing(text: string): string {
  return `%${text.replace(/[\\%_]/g, '\\$&')}%`;
}
