import type { ApiPropertyOptions } from '@nestjs/swagger';

/** How nodes, edges and layout are documented: React Flow's objects, of which only these fields mean something to us. */
export const nodesSchema: ApiPropertyOptions = {
  type: 'array',
  maxItems: 200,
  items: {
    type: 'object',
    required: ['id', 'type', 'data'],
    properties: {
      id: { type: 'string' },
      type: { type: 'string', enum: ['device', 'label', 'function', 'integration', 'storage'] },
      position: { type: 'object', additionalProperties: true },
      data: {
        type: 'object',
        required: ['entityId'],
        properties: {
          entityId: { type: 'string', format: 'uuid', description: 'The row that the node stands for.' },
          events: {
            type: 'array',
            items: { type: 'string' },
            description: 'Triggers: which events. Default up, telemetry.',
          },
          f_port: {
            description: 'Triggers: only this port, or these.',
            oneOf: [{ type: 'integer' }, { type: 'array', items: { type: 'integer' } }],
          },
        },
        additionalProperties: true,
      },
    },
    additionalProperties: true,
  },
  example: [
    {
      id: 'n1',
      type: 'label',
      position: { x: 0, y: 0 },
      data: { label: 'trackers', entityId: '01980c1e-7d2a-7c3b-8f00-000000000001' },
    },
    {
      id: 'n2',
      type: 'integration',
      position: { x: 300, y: 0 },
      data: { entityId: '01980c1e-7d2a-7c3b-8f00-000000000002' },
    },
  ],
};

export const edgesSchema: ApiPropertyOptions = {
  type: 'array',
  maxItems: 1000,
  items: {
    type: 'object',
    required: ['source', 'target'],
    properties: { id: { type: 'string' }, source: { type: 'string' }, target: { type: 'string' } },
    additionalProperties: true,
  },
  example: [{ id: 'n1-n2', source: 'n1', target: 'n2' }],
};

export const layoutSchema: ApiPropertyOptions = {
  type: 'object',
  nullable: true,
  additionalProperties: true,
  description: 'Whatever the canvas wants to find again, such as its viewport.',
  example: { viewport: { x: 0, y: 0, zoom: 1 } },
};
