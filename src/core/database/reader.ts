import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { PoolClient } from 'pg';
import { DataSource } from 'typeorm';

/**
 * Reads what people open again and again, over the connections that are for people: PostgreSQL parses and plans such a
 * statement once per connection, which costs it more than running it. TypeORM itself never lets a statement be prepared.
 */
@Injectable()
export class Reader {
  private readonly names = new Map<string, string>();

  constructor(private readonly dataSource: DataSource) {}

  /**
   * PostgreSQL keeps each text for as long as a connection lives, and this keeps it for ever: they must be few, and what
   * somebody sent must be in the values and never in the text.
   */
  async prepared<Row>(text: string, values: unknown[]): Promise<Row[]> {
    const runner = this.dataSource.createQueryRunner();
    try {
      const client = (await runner.connect()) as PoolClient;
      return (await client.query({ name: this.nameOf(text), text, values })).rows as Row[];
    } finally {
      await runner.release();
    }
  }

  private nameOf(text: string): string {
    let name = this.names.get(text);
    if (name === undefined) {
      name = createHash('sha256').update(text).digest('base64url').slice(0, 32);
      this.names.set(text, name);
    }
    return name;
  }
}
