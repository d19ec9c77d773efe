import { ApiPropertyOptional } from '@nestjs/swagger';
import { anyJson } from '../../../core/json/any-json.js';
import { IsOptional } from 'class-validator';
import { IsJsonValue } from '../../../core/json/is-storable.decorator.js';

const maxMessageBytes = 256 * 1024;

/** What a test sends. */
export class TestStorageRequest {
  @ApiPropertyOptional({
    ...anyJson,
    description: 'The message; without one, a sample uplink is sent.',
    example: { device: { name: 'Sensor 7' }, data: { temperature: 21.5 } },
  })
  @IsOptional()
  @IsJsonValue({ maxBytes: maxMessageBytes, maxDepth: 64 })
  message?: unknown;
}
