import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { TenantEntity } from '../../auth/tenant.entity.js';

/** What one folder held of one config when it was last looked at: whatever differs since was changed by hand. */
@Entity('config_files')
export class ConfigFile {
  @PrimaryColumn('uuid', { name: 'folder_id', primaryKeyConstraintName: 'PK_config_files' })
  folderId!: string;

  @ForeignKey(() => TenantEntity, { name: 'FK_config_files_tenant_id', onDelete: 'CASCADE' })
  @Column('uuid', { name: 'tenant_id' })
  tenantId!: string;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'PK_config_files' })
  mac!: string;

  /** The config's revision that the file was brought in line with. */
  @Column('integer')
  revision!: number;

  /** Of its bytes; null: there was no file. */
  @Column('text', { nullable: true })
  digest!: string | null;
}
