import { Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { Label } from '../../labels/label.entity.js';
import { DeviceProfile } from './device-profile.entity.js';

/** New devices of one profile wear one label. */
@Entity('device_profile_labels')
@ForeignKey(() => DeviceProfile, ['tenantId', 'profileId'], ['tenantId', 'id'], {
  name: 'FK_device_profile_labels_profile_id',
  onDelete: 'CASCADE',
})
@ForeignKey(() => Label, ['tenantId', 'labelId'], ['tenantId', 'id'], {
  name: 'FK_device_profile_labels_label_id',
  onDelete: 'CASCADE',
})
export class DeviceProfileLabel {
  @PrimaryColumn('uuid', { name: 'tenant_id', primaryKeyConstraintName: 'PK_device_profile_labels' })
  tenantId!: string;

  @PrimaryColumn('uuid', { name: 'profile_id', primaryKeyConstraintName: 'PK_device_profile_labels' })
  profileId!: string;

  @PrimaryColumn('uuid', { name: 'label_id', primaryKeyConstraintName: 'PK_device_profile_labels' })
  labelId!: string;
}
