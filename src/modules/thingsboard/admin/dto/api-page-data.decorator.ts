import type { Type } from '@nestjs/common';
import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, getSchemaPath } from '@nestjs/swagger';

/** Documents a page of ThingsBoard's kind. */
export const ApiPageData = (item: Type) =>
  applyDecorators(
    ApiExtraModels(item),
    ApiOkResponse({
      schema: {
        type: 'object',
        required: ['data', 'totalPages', 'totalElements', 'hasNext'],
        properties: {
          data: { type: 'array', items: { $ref: getSchemaPath(item) } },
          totalPages: { type: 'integer' },
          totalElements: { type: 'integer', description: 'At most 10,000 are counted.' },
          hasNext: { type: 'boolean' },
        },
      },
    }),
  );
