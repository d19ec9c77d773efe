import { Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { Label } from '../labels/label.entity.js';
import { Device } from './device.entity.js';

/** One device wears one label. */
@Entity('device_labels')
@ForeignKey(() => Device, ['tenantId', 'deviceId'], ['tenantId', 'id'], {
  name: 'FK_device_labels_device_id',
  onDelete: 'CASCADE',
})
@ForeignKey(() => Label, ['tenantId', 'labelId'], ['tenantId', 'id'], {
  name: 'FK_device_labels_label_id',
  onDelete: 'CASCADE',
})
@Index('IDX_device_labels_label_id', ['tenantId', 'labelId', 'deviceId'])
export class DeviceLabel {
  @PrimaryColumn('uuid', { name: 'tenant_id', primaryKeyConstraintName: 'PK_device_labels' })
  tenantId!: string;

  @PrimaryColumn('uuid', { name: 'device_id', primaryKeyConstraintName: 'PK_device_labels' })
  deviceId!: string;

  @PrimaryColumn('uuid', { name: 'label_id', primaryKeyConstraintName: 'PK_device_labels' })
  labelId!: string;
}
