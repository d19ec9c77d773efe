import { Injectable } from '@nestjs/common';
import { FunctionStep } from './function.step.js';
import type { StepKind } from './step-kind.js';

/** Every kind of step, each exactly once. */
@Injectable()
export class StepKinds {
  private readonly byNodeType: ReadonlyMap<string, StepKind>;

  constructor(functionStep: FunctionStep) {
    const kinds: StepKind[] = [functionStep];
    this.byNodeType = new Map(kinds.map((kind) => [kind.nodeType, kind]));
    if (this.byNodeType.size !== kinds.length) throw new Error('two classes for one kind of step');
  }

  get(nodeType: string): StepKind {
    const kind = this.byNodeType.get(nodeType);
    if (kind === undefined) throw new Error(`no step for nodes of type ${nodeType}`);
    return kind;
  }
}
