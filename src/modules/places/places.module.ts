import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../auth/audit/audit.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { PlaceTree } from './place-tree.js';
import { PlacePathsRepository } from './paths/place-paths.repository.js';
import { PlacePaths } from './paths/place-paths.service.js';
import { PlaceUsage } from './place-usage.service.js';
import { Place } from './place.entity.js';
import { PlacesController } from './places.controller.js';
import { PlacesRepository } from './places.repository.js';
import { PlacesService } from './places.service.js';
import { FirstPlaceProfiles } from './profiles/first-place-profiles.js';
import { PlaceProfile } from './profiles/place-profile.entity.js';
import { PlaceProfilesController } from './profiles/place-profiles.controller.js';
import { PlaceProfilesRepository } from './profiles/place-profiles.repository.js';
import { PlaceProfilesService } from './profiles/place-profiles.service.js';
import { PlaceExport } from './transfer/place-export.service.js';
import { PlaceImportRepository } from './transfer/place-import.repository.js';
import { PlaceImport } from './transfer/place-import.service.js';
import { PlaceIntake } from './transfer/place-intake.service.js';
import { PlaceTransferController } from './transfer/place-transfer.controller.js';
import { PlaceBranchesRepository } from './tree/place-branches.repository.js';
import { PlaceBranches } from './tree/place-branches.service.js';
import { PlaceTreeController } from './tree/place-tree.controller.js';

const paths = [PlacePaths, PlacePathsRepository];
const tree = [PlaceTree, PlaceBranches, PlaceBranchesRepository];
const transfer = [PlaceExport, PlaceImport, PlaceImportRepository, PlaceIntake];
const profiles = [FirstPlaceProfiles, PlaceProfilesRepository, PlaceProfilesService];

@Module({
  imports: [AuditModule, AuthModule, TypeOrmModule.forFeature([Place, PlaceProfile])],
  controllers: [PlaceTreeController, PlaceTransferController, PlacesController, PlaceProfilesController],
  providers: [PlacesService, PlacesRepository, PlaceUsage, ...paths, ...tree, ...transfer, ...profiles],
  exports: [PlacesService, PlaceBranches, PlacePaths, PlaceProfilesService, PlaceUsage],
})
export class PlacesModule {}
