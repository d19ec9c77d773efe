import type { FieldError } from '../../../core/errors/app-error.js';
import type { Canvas } from './canvas.js';

/** Ids that are there twice, edges that lead nowhere, and edges into triggers. */
export function wiringFaults({ nodes, edges }: Canvas, isTrigger: (type: string) => boolean): FieldError[] {
  const types = new Map(nodes.map(({ id, type }) => [id, type]));
  const seen = new Set<string>();
  const twice = nodes.flatMap(({ id }, index) => {
    if (!seen.has(id)) {
      seen.add(id);
      return [];
    }
    return [{ path: `nodes.${index}.id`, message: `node "${id}": another node has the same id` }];
  });
  const wrong = edges.flatMap(({ source, target }, index) => {
    const targetType = types.get(target);
    const faults: FieldError[] = [];
    if (!types.has(source)) faults.push({ path: `edges.${index}.source`, message: `there is no node "${source}"` });
    if (targetType === undefined)
      faults.push({ path: `edges.${index}.target`, message: `there is no node "${target}"` });
    else if (isTrigger(targetType)) {
      faults.push({
        path: `edges.${index}.target`,
        message: `node "${target}": a ${targetType} starts a flow and takes no input`,
      });
    }
    return faults;
  });
  return [...twice, ...wrong];
}
