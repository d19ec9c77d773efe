import { Module } from '@nestjs/common';
import { AuditModule } from '../../auth/audit/audit.module.js';
import { AuthModule } from '../../auth/auth.module.js';
import { AssetAdoption } from '../adoption/asset-adoption.service.js';
import { AssetVersionsRepository } from '../asset-versions.repository.js';
import { AssetsRepository } from '../assets.repository.js';
import { AssetPublisher } from './asset-publisher.js';
import { AssetStore } from './asset-store.js';
import { IncomingFiles } from './incoming-files.js';

const parts = [AssetAdoption, AssetPublisher, AssetStore, AssetVersionsRepository, AssetsRepository, IncomingFiles];

/** Files and their versions, for the server and for commands. */
@Module({ imports: [AuditModule, AuthModule], providers: parts, exports: parts })
export class AssetStoreModule {}
