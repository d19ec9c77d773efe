import { ApiProperty } from '@nestjs/swagger';
import { IsUUID } from 'class-validator';

/** Which of one's tenants to go to. */
export class SwitchTenantRequest {
  @ApiProperty({ format: 'uuid', description: 'One of `GET /api/v1/tenants`.' })
  @IsUUID()
  tenant_id!: string;
}
