import { ApiPropertyOptional } from '@nestjs/swagger';

/** How a device shows that it has its key. */
export class KeyExchangeRequest {
  @ApiPropertyOptional({
    description: 'The device’s own key. May be left out where it is the request’s credential.',
    example: '5f4dcc3b5aa765d61d8327deb882cf995f4dcc3b5aa765d61d8327deb882cf99',
  })
  deviceApiKey?: string;
}
