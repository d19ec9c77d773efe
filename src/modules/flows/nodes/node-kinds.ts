import { Injectable } from '@nestjs/common';
import { DeviceNodeKind } from './device.node-kind.js';
import { FunctionNodeKind } from './function.node-kind.js';
import { IntegrationNodeKind } from './integration.node-kind.js';
import { LabelNodeKind } from './label.node-kind.js';
import { StorageNodeKind } from './storage.node-kind.js';
import type { NodeKind } from './node-kind.js';

/** Every kind of node, each exactly once. */
@Injectable()
export class NodeKinds {
  private readonly byType: ReadonlyMap<string, NodeKind>;

  constructor(
    device: DeviceNodeKind,
    label: LabelNodeKind,
    functions: FunctionNodeKind,
    integration: IntegrationNodeKind,
    storage: StorageNodeKind,
  ) {
    const kinds: NodeKind[] = [device, label, functions, integration, storage];
    this.byType = new Map(kinds.map((kind) => [kind.type, kind]));
    if (this.byType.size !== kinds.length) throw new Error('two classes for one kind of node');
  }

  get types(): readonly string[] {
    return [...this.byType.keys()];
  }

  find(type: string): NodeKind | undefined {
    return this.byType.get(type);
  }
}
