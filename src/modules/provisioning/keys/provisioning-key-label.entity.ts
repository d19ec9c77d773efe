import { Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { Label } from '../../labels/label.entity.js';
import { ProvisioningKey } from './provisioning-key.entity.js';

/** Devices that register with the key wear the label. */
@Entity('provisioning_key_labels')
@ForeignKey(() => ProvisioningKey, ['tenantId', 'provisioningKeyId'], ['tenantId', 'id'], {
  name: 'FK_provisioning_key_labels_provisioning_key_id',
  onDelete: 'CASCADE',
})
@ForeignKey(() => Label, ['tenantId', 'labelId'], ['tenantId', 'id'], {
  name: 'FK_provisioning_key_labels_label_id',
  onDelete: 'CASCADE',
})
@Index('IDX_provisioning_key_labels_label_id', ['tenantId', 'labelId'])
export class ProvisioningKeyLabel {
  @PrimaryColumn('uuid', { name: 'tenant_id', primaryKeyConstraintName: 'PK_provisioning_key_labels' })
  tenantId!: string;

  @PrimaryColumn('uuid', { name: 'provisioning_key_id', primaryKeyConstraintName: 'PK_provisioning_key_labels' })
  provisioningKeyId!: string;

  @PrimaryColumn('uuid', { name: 'label_id', primaryKeyConstraintName: 'PK_provisioning_key_labels' })
  labelId!: string;
}
