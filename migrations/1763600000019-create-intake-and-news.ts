import type { MigrationInterface, QueryRunner } from 'typeorm';

/** When messages could be accepted, which decides when a device is late; and news, for those who listen live. */
export class CreateIntakeAndNews1763600000019 implements MigrationInterface {
  public async up(runner: QueryRunner): Promise<void> {
    // One row that every process which takes messages beats into. What the beats leave out was an outage of ours.
    await runner.query(`
      CREATE TABLE intake (
        only_row boolean NOT NULL DEFAULT true,
        accepted_until timestamptz,
        beating_since timestamptz,
        beaten_at timestamptz,
        spooled_until timestamptz,
        CONSTRAINT "PK_intake" PRIMARY KEY (only_row),
        CONSTRAINT "CK_intake_only_row" CHECK (only_row)
      ) WITH (fillfactor = 10)`);
    await runner.query(`INSERT INTO intake DEFAULT VALUES`);
    await runner.query(`
      CREATE TABLE intake_outages (
        began_at timestamptz NOT NULL,
        ended_at timestamptz NOT NULL,
        CONSTRAINT "PK_intake_outages" PRIMARY KEY (began_at),
        CONSTRAINT "CK_intake_outages_ended_at" CHECK (ended_at > began_at)
      )`);

    // Written only while somebody listens, and of no use after a crash: so it is not logged. Readers ask
    // for what their last snapshot did not show.
    await runner.query(`
      CREATE UNLOGGED TABLE news (
        id bigint GENERATED ALWAYS AS IDENTITY,
        xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
        tenant_id uuid NOT NULL,
        kind text NOT NULL,
        entity_id uuid NOT NULL,
        made_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT "PK_news" PRIMARY KEY (id)
      )`);
    await runner.query(`CREATE INDEX "IDX_news_xid" ON news (xid)`);
    await runner.query(`
      CREATE UNLOGGED TABLE news_listeners (
        tenant_id uuid NOT NULL,
        listens_until timestamptz NOT NULL,
        CONSTRAINT "PK_news_listeners" PRIMARY KEY (tenant_id)
      )`);
  }

  public async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE news_listeners, news, intake_outages, intake`);
  }
}
