import { ApiParam } from '@nestjs/swagger';

/** Documents the MAC in a path. */
export const ApiMac = () =>
  ApiParam({
    name: 'mac',
    description: '`xx-xx-xx-xx-xx-xx`; upper case is lowered, anything else is refused.',
    schema: { type: 'string', pattern: '^[0-9A-Fa-f]{2}(-[0-9A-Fa-f]{2}){5}$', example: 'a4-cf-12-6b-00-7e' },
  });
