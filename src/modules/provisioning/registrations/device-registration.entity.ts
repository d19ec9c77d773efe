import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { Device } from '../../devices/device.entity.js';
import { ProvisioningKey } from '../keys/provisioning-key.entity.js';

/** That a device registered with a provisioning key: the last time it did. */
@Entity('device_registrations')
@ForeignKey(() => ProvisioningKey, ['tenantId', 'provisioningKeyId'], ['tenantId', 'id'], {
  name: 'FK_device_registrations_provisioning_key_id',
  onDelete: 'CASCADE',
})
@ForeignKey(() => Device, ['tenantId', 'deviceId'], ['tenantId', 'id'], {
  name: 'FK_device_registrations_device_id',
  onDelete: 'CASCADE',
})
@Index('IDX_device_registrations_registration_id', ['tenantId', 'provisioningKeyId', 'registrationId'])
@Index('IDX_device_registrations_device_id', ['tenantId', 'deviceId'])
export class DeviceRegistration {
  @PrimaryColumn('uuid', { name: 'tenant_id', primaryKeyConstraintName: 'PK_device_registrations' })
  tenantId!: string;

  @PrimaryColumn('uuid', { name: 'provisioning_key_id', primaryKeyConstraintName: 'PK_device_registrations' })
  provisioningKeyId!: string;

  @PrimaryColumn('uuid', { name: 'device_id', primaryKeyConstraintName: 'PK_device_registrations' })
  deviceId!: string;

  /** Another one when the device registers anew, the same while it repeats itself: keys and events are told apart by it. */
  @Column('uuid', { name: 'registration_id' })
  registrationId!: string;

  @Column('timestamptz', { name: 'registered_at' })
  registeredAt!: Date;

  @Column('text')
  address!: string;

  /** When the event of it was on disk; null: it is still to be said. */
  @Column('timestamptz', { name: 'announced_at', nullable: true })
  announcedAt!: Date | null;
}
