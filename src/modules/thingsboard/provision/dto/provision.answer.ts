import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

const statuses = ['SUCCESS', 'NOT_FOUND', 'FAILURE'] as const;

const texts = { NOT_FOUND: 'Provision data was not found!', FAILURE: 'Failed to provision device!' } as const;

/** What a device is told that asked to be made known: ThingsBoard says also with 200 that it is not. */
export class ProvisionAnswer {
  @ApiProperty({
    enum: statuses,
    description: 'NOT_FOUND: key and secret are none; FAILURE: they do not take the device.',
  })
  status: (typeof statuses)[number];

  @ApiPropertyOptional({ enum: ['ACCESS_TOKEN'] })
  credentialsType?: 'ACCESS_TOKEN';

  @ApiPropertyOptional({ description: 'The access token.', example: 'A1b2C3d4E5f6G7h8I9j0' })
  credentialsValue?: string;

  @ApiPropertyOptional({ example: texts.NOT_FOUND })
  errorMsg?: string;

  private constructor(status: (typeof statuses)[number]) {
    this.status = status;
  }

  static success(accessToken: string): ProvisionAnswer {
    return Object.assign(new ProvisionAnswer('SUCCESS'), {
      credentialsType: 'ACCESS_TOKEN' as const,
      credentialsValue: accessToken,
    });
  }

  static refusal(status: keyof typeof texts): ProvisionAnswer {
    return Object.assign(new ProvisionAnswer(status), { errorMsg: texts[status] });
  }
}
