import { Column, Entity, ForeignKey, PrimaryColumn, Unique } from 'typeorm';
import { Device } from '../device.entity.js';

/** What a device of ThingsBoard's kind speaks with. Admins read it, so it is sealed and not only hashed. */
@Entity('device_access_tokens')
@Unique('UQ_device_access_tokens_token_hash', ['tokenHash'])
@ForeignKey(() => Device, ['tenantId', 'deviceId'], ['tenantId', 'id'], {
  name: 'FK_device_access_tokens_device_id',
  onDelete: 'CASCADE',
})
export class DeviceAccessToken {
  @PrimaryColumn('uuid', { name: 'tenant_id', primaryKeyConstraintName: 'PK_device_access_tokens' })
  tenantId!: string;

  @PrimaryColumn('uuid', { name: 'device_id', primaryKeyConstraintName: 'PK_device_access_tokens' })
  deviceId!: string;

  /** What it is found by. */
  @Column('bytea', { name: 'token_hash' })
  tokenHash!: Buffer;

  @Column('text', { name: 'token_sealed' })
  tokenSealed!: string;

  /** Of this token: a rotation makes another one. */
  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;
}
