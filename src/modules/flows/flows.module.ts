import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../auth/audit/audit.module.js';
import { DevicesModule } from '../devices/devices.module.js';
import { FunctionsModule } from '../functions/functions.module.js';
import { IntegrationsModule } from '../integrations/integrations.module.js';
import { LabelsModule } from '../labels/labels.module.js';
import { FlowDetachments } from './detachment/flow-detachments.js';
import { StoragesModule } from '../storages/storages.module.js';
import { FlowDraftsService } from './flow-drafts.service.js';
import { FlowMatcherService } from './flow-matcher.service.js';
import { FlowNode } from './flow-node.entity.js';
import { FlowSaves } from './flow-saves.js';
import { FlowVersion } from './flow-version.entity.js';
import { FlowVersionsController } from './flow-versions.controller.js';
import { FlowVersionsRepository } from './flow-versions.repository.js';
import { FlowVersionsService } from './flow-versions.service.js';
import { Flow } from './flow.entity.js';
import { FlowsController } from './flows.controller.js';
import { FlowsRepository } from './flows.repository.js';
import { FlowsService } from './flows.service.js';
import { FlowChecker } from './graph/flow-checker.js';
import { FlowGraphs } from './graph/flow-graphs.js';
import { VersionGraphs } from './matching/version-graphs.js';
import { DeviceNodeKind } from './nodes/device.node-kind.js';
import { FunctionNodeKind } from './nodes/function.node-kind.js';
import { IntegrationNodeKind } from './nodes/integration.node-kind.js';
import { LabelNodeKind } from './nodes/label.node-kind.js';
import { StorageNodeKind } from './nodes/storage.node-kind.js';
import { NodeKinds } from './nodes/node-kinds.js';

const nodeKinds = [DeviceNodeKind, FunctionNodeKind, IntegrationNodeKind, LabelNodeKind, NodeKinds, StorageNodeKind];
const writing = [FlowDetachments, FlowSaves, FlowsService];
const graphs = [FlowChecker, FlowDraftsService, FlowGraphs, FlowMatcherService, VersionGraphs];

@Module({
  imports: [
    AuditModule,
    DevicesModule,
    FunctionsModule,
    IntegrationsModule,
    LabelsModule,
    StoragesModule,
    TypeOrmModule.forFeature([Flow, FlowNode, FlowVersion]),
  ],
  controllers: [FlowVersionsController, FlowsController],
  providers: [FlowVersionsRepository, FlowVersionsService, FlowsRepository, ...graphs, ...writing, ...nodeKinds],
  exports: [FlowDraftsService, FlowMatcherService, FlowVersionsService, FlowsService],
})
export class FlowsModule {}
