import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { MaintenanceModule } from '../../core/maintenance/maintenance.module.js';
import { AuditModule } from '../auth/audit/audit.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { DeviceProfilesModule } from '../devices/profiles/device-profiles.module.js';
import { Asset } from './asset.entity.js';
import { AssetVersion } from './asset-version.entity.js';
import { AssetsController } from './assets.controller.js';
import { AssetsService } from './assets.service.js';
import { StrandedAssets } from './adoption/stranded-assets.js';
import { AssetFilesController } from './files/asset-files.controller.js';
import { AssetFiles } from './files/asset-files.service.js';
import { FirmwareOffer } from './firmware/firmware-offer.entity.js';
import { FirmwareOffersController } from './firmware/firmware-offers.controller.js';
import { FirmwareOffersRepository } from './firmware/firmware-offers.repository.js';
import { FirmwareController } from './firmware/firmware.controller.js';
import { FirmwareService } from './firmware/firmware.service.js';
import { AssetKey } from './keys/asset-key.entity.js';
import { AssetKeyring } from './keys/asset-keyring.service.js';
import { AssetKeysController } from './keys/asset-keys.controller.js';
import { AssetKeysRepository } from './keys/asset-keys.repository.js';
import { AssetKeysService } from './keys/asset-keys.service.js';
import { SigningKeyFile } from './keys/signing-key-file.js';
import { AssetManifests } from './manifests/asset-manifests.service.js';
import { AssetStoreModule } from './store/asset-store.module.js';
import { AssetUpkeep } from './store/asset-upkeep.js';
import { AssetUploadMetrics } from './uploads/asset-upload-metrics.js';
import { AssetUploadsController } from './uploads/asset-uploads.controller.js';
import { AssetUploads } from './uploads/asset-uploads.service.js';
import { SignatureCheck } from './uploads/signature-check.js';
import { UsedSignatures } from './uploads/used-signatures.repository.js';

const keys = [AssetKeyring, AssetKeysRepository, AssetKeysService, SigningKeyFile];
const files = [AssetFiles, AssetUpkeep, StrandedAssets];
const uploads = [AssetUploadMetrics, AssetUploads, SignatureCheck, UsedSignatures];
const firmware = [FirmwareOffersRepository, FirmwareService];
const tables = TypeOrmModule.forFeature([Asset, AssetKey, AssetVersion, FirmwareOffer]);

@Module({
  imports: [AssetStoreModule, AuditModule, AuthModule, DeviceProfilesModule, MaintenanceModule, tables],
  controllers: [
    ...[AssetKeysController, AssetUploadsController, AssetsController, AssetFilesController],
    ...[FirmwareController, FirmwareOffersController],
  ],
  providers: [...[...keys, ...files, ...uploads, ...firmware], ...[AssetManifests, AssetsService]],
  exports: [AssetsService],
})
export class AssetsModule {}
