import type { FieldError } from '../../../core/errors/app-error.js';
import { ValidationFailed } from '../../../core/errors/validation-failed.js';
import { isUuid } from '../../../core/ids/uuid-v7.js';
import { maxCanvasBytes, maxEdges, maxNodes, type Canvas, type CanvasEdge, type CanvasNode } from './canvas.js';

/** What a client sent, before anybody looked at it. */
export interface RawCanvas {
  nodes: readonly unknown[];
  edges: readonly unknown[];
  layout: Record<string, unknown> | null;
}

/** The names that document 001's canvas gave `data.entityId`, by node type. */
const entityAliases = ['deviceId', 'labelId', 'functionId', 'integrationId', 'storageId'] as const;

const maxIdLength = 200;

/**
 * Reads the shape of a canvas: every node has an id, a type and names a row, every edge names two nodes. Older names are
 * written down as `entityId`, ids in lower case. Whether the rows exist and the graph makes sense comes after.
 */
export function parseCanvas(raw: RawCanvas): Canvas {
  const errors: FieldError[] = [];
  if (raw.nodes.length > maxNodes) errors.push({ path: 'nodes', message: `must be at most ${maxNodes}` });
  if (raw.edges.length > maxEdges) errors.push({ path: 'edges', message: `must be at most ${maxEdges}` });
  if (errors.length > 0) throw new ValidationFailed(errors);
  const nodes = raw.nodes.map((node, index) => readNode(node, `nodes.${index}`, errors));
  const edges = raw.edges.map((edge, index) => readEdge(edge, `edges.${index}`, errors));
  const canvas = { nodes: present(nodes), edges: present(edges), layout: raw.layout };
  if (Buffer.byteLength(JSON.stringify(canvas)) > maxCanvasBytes) {
    errors.push({ path: 'nodes', message: `nodes, edges and layout must be at most ${maxCanvasBytes} bytes together` });
  }
  if (errors.length > 0) throw new ValidationFailed(errors);
  return canvas;
}

function readNode(value: unknown, path: string, errors: FieldError[]): CanvasNode | null {
  if (!isObject(value)) return refused(errors, path, 'must be an object');
  const { id } = value;
  if (!isText(id)) return refused(errors, `${path}.id`, `must be a text of 1 to ${maxIdLength} characters`);
  const named = `node "${id}": `;
  const { position } = value;
  if (position !== undefined && !isObject(position))
    return refused(errors, `${path}.position`, `${named}must be an object`);
  const data = value['data'] ?? {};
  if (!isObject(data)) return refused(errors, `${path}.data`, `${named}must be an object`);
  const type = value['type'] ?? data['nodeType'];
  if (!isText(type)) return refused(errors, `${path}.type`, `${named}must be a node type`);
  const entityId = readEntityId(data, `${path}.data`, named, errors);
  return entityId === null ? null : { ...value, id, type, data: { ...withoutAliases(data), entityId } };
}

function readEntityId(data: Record<string, unknown>, path: string, named: string, errors: FieldError[]): string | null {
  const given = ['entityId', ...entityAliases].filter((key) => data[key] !== undefined && data[key] !== null);
  const [key = 'entityId'] = given;
  const ids = new Set(given.map((name) => String(data[name]).toLowerCase()));
  if (ids.size > 1) return refused(errors, `${path}.${key}`, `${named}${given.join(' and ')} name different rows`);
  const id = typeof data[key] === 'string' ? data[key].toLowerCase() : '';
  return isUuid(id)
    ? id
    : refused(errors, `${path}.${key}`, `${named}must be the id of the row that the node stands for`);
}

function readEdge(value: unknown, path: string, errors: FieldError[]): CanvasEdge | null {
  if (!isObject(value)) return refused(errors, path, 'must be an object');
  const { id, source, target } = value;
  if (id !== undefined && !isText(id))
    return refused(errors, `${path}.id`, `must be a text of 1 to ${maxIdLength} characters`);
  if (!isText(source)) return refused(errors, `${path}.source`, 'must be the id of a node');
  if (!isText(target)) return refused(errors, `${path}.target`, 'must be the id of a node');
  return { ...value, source, target };
}

function withoutAliases(data: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(data).filter(([key]) => !entityAliases.some((alias) => alias === key)));
}

function refused(errors: FieldError[], path: string, message: string): null {
  errors.push({ path, message });
  return null;
}

function present<T>(items: readonly (T | null)[]): T[] {
  return items.filter((item) => item !== null);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= maxIdLength;
}
