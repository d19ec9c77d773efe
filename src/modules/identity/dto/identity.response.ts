import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { hintOf } from '../identity.rules.js';
import type { KnownIdentity } from '../identity.service.js';
import type { UpstreamRegistration } from '../upstream/upstream-registration.entity.js';
import type { Row } from '../../../core/database/row.js';

const shownStates = {
  registering: 'pending',
  exchanging: 'pending',
  linked: 'registered',
  refused: 'refused',
} as const;

/** How this instance stands with its upstream. */
export class IdentityRegistrationResponse {
  @ApiProperty({
    enum: ['pending', 'registered', 'refused'],
    description: 'pending: it is still tried, in the background.',
  })
  status: 'pending' | 'registered' | 'refused';

  @ApiProperty({ example: 'https://api.example.com' })
  apiEndpoint: string;

  @ApiProperty({ description: 'Failed attempts since the last success.', example: 3 })
  failures: number;

  @ApiPropertyOptional({ example: 'the upstream cannot be reached' })
  lastError?: string;

  @ApiPropertyOptional({ description: 'When it is tried again, in ms since 1970.', example: 1704196860000 })
  nextAttemptAt?: number;

  @ApiPropertyOptional({ description: 'The last heartbeat that the upstream took, in ms since 1970.' })
  lastContactAt?: number;

  constructor(registration: Row<UpstreamRegistration>, status: 'pending' | 'registered' | 'refused') {
    this.status = status;
    this.apiEndpoint = registration.apiEndpoint;
    this.failures = registration.failures;
    if (registration.lastError !== null) this.lastError = registration.lastError;
    if (registration.nextAttemptAt !== null) this.nextAttemptAt = registration.nextAttemptAt.getTime();
    if (registration.contactedAt !== null) this.lastContactAt = registration.contactedAt.getTime();
  }
}

/** This instance as a device, in document 000’s words. What is not known is absent. */
export class IdentityResponse {
  @ApiProperty({ example: '550e8400-e29b-41d4-a716-446655440000' })
  uuid: string;

  @ApiPropertyOptional({ example: 'dev_1704196800000' })
  deviceId?: string;

  @ApiPropertyOptional({ example: 'my-raspberry-pi' })
  deviceName?: string;

  @ApiPropertyOptional({ example: 'raspberrypi4-64' })
  deviceType?: string;

  @ApiPropertyOptional({ description: 'Only its beginning.', example: 'abc123...' })
  apiKey?: string;

  @ApiPropertyOptional({ example: 'https://api.example.com' })
  apiEndpoint?: string;

  @ApiPropertyOptional({ description: 'In ms since 1970.', example: 1704196800000 })
  registeredAt?: number;

  @ApiProperty()
  provisioned: boolean;

  @ApiPropertyOptional({ type: IdentityRegistrationResponse, description: 'Absent: this instance has no upstream.' })
  registration?: IdentityRegistrationResponse;

  constructor({ identity, apiKey, registration }: KnownIdentity) {
    this.uuid = identity.uuid;
    if (identity.deviceId !== null) this.deviceId = identity.deviceId;
    if (identity.deviceName !== null) this.deviceName = identity.deviceName;
    if (identity.deviceType !== null) this.deviceType = identity.deviceType;
    if (apiKey !== null) this.apiKey = hintOf(apiKey);
    if (identity.apiEndpoint !== null) this.apiEndpoint = identity.apiEndpoint;
    if (identity.registeredAt !== null) this.registeredAt = identity.registeredAt.getTime();
    this.provisioned = identity.provisioned;
    if (registration !== null && registration.state !== 'replaced') {
      this.registration = new IdentityRegistrationResponse(registration, shownStates[registration.state]);
    }
  }
}

/** Whether this instance is provisioned. */
export class ProvisionedResponse {
  @ApiProperty()
  provisioned: boolean;

  constructor({ identity }: KnownIdentity) {
    this.provisioned = identity.provisioned;
  }
}

/** What became of a request that changed the identity. */
export class IdentityChanged {
  @ApiProperty({ enum: ['success'] })
  status = 'success' as const;

  @ApiProperty({ example: 'Device provisioned successfully' })
  message: string;

  @ApiProperty({ type: IdentityResponse })
  device: IdentityResponse;

  constructor(message: string, known: KnownIdentity) {
    this.message = message;
    this.device = new IdentityResponse(known);
  }
}
