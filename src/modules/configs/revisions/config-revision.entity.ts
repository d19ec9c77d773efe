import { Check, Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { Config } from '../config.entity.js';

export const authors = ['user', 'api_key', 'file', 'system'] as const;
/** By whom a revision came about; `file`: by hand, in the folder of ESP32_CONFIGS_DIR. */
export type Author = (typeof authors)[number];

/** What a config was at one save. Never changed. */
@Entity('config_revisions')
@ForeignKey(() => Config, ['tenantId', 'configId'], ['tenantId', 'id'], {
  name: 'FK_config_revisions_config_id',
  onDelete: 'CASCADE',
})
@Check('CK_config_revisions_made_by', `made_by IN ('user', 'api_key', 'file', 'system')`)
export class ConfigRevision {
  @PrimaryColumn('uuid', { name: 'tenant_id', primaryKeyConstraintName: 'PK_config_revisions' })
  tenantId!: string;

  @PrimaryColumn('uuid', { name: 'config_id', primaryKeyConstraintName: 'PK_config_revisions' })
  configId!: string;

  @PrimaryColumn('integer', { primaryKeyConstraintName: 'PK_config_revisions' })
  revision!: number;

  /** Null: it was deleted then. */
  @Column('text', { nullable: true })
  content!: string | null;

  @Column('text', { name: 'made_by' })
  madeBy!: Author;

  /** Of the user or the key. */
  @Column('uuid', { name: 'made_by_id', nullable: true })
  madeById!: string | null;

  @Column('integer', { name: 'restored_from', nullable: true })
  restoredFrom!: number | null;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;
}
