import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { DeviceProfile } from '../../devices/profiles/device-profile.entity.js';
import { Asset } from '../asset.entity.js';
import { AssetVersion } from '../asset-version.entity.js';

/** The asset that devices of a profile are offered as their firmware. */
@Entity('firmware_offers')
@ForeignKey(() => DeviceProfile, ['tenantId', 'profileId'], ['tenantId', 'id'], {
  name: 'FK_firmware_offers_profile_id',
  onDelete: 'CASCADE',
})
@ForeignKey(() => Asset, ['tenantId', 'assetId'], ['tenantId', 'id'], {
  name: 'FK_firmware_offers_asset_id',
  onDelete: 'CASCADE',
})
@ForeignKey(() => AssetVersion, ['tenantId', 'assetId', 'pinnedVersion'], ['tenantId', 'assetId', 'version'], {
  name: 'FK_firmware_offers_pinned_version',
})
@Index('IDX_firmware_offers_asset_id', ['tenantId', 'assetId', 'pinnedVersion'])
export class FirmwareOffer {
  @PrimaryColumn('uuid', { name: 'tenant_id', primaryKeyConstraintName: 'PK_firmware_offers' })
  tenantId!: string;

  @PrimaryColumn('uuid', { name: 'profile_id', primaryKeyConstraintName: 'PK_firmware_offers' })
  profileId!: string;

  @Column('uuid', { name: 'asset_id' })
  assetId!: string;

  /** Null: the newest that is an image. */
  @Column('integer', { name: 'pinned_version', nullable: true })
  pinnedVersion!: number | null;

  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' })
  updatedAt!: Date;
}

/** An offer by the name of its asset. */
export interface NamedOffer {
  filename: string;
  pinnedVersion: number | null;
  updatedAt: Date;
}
