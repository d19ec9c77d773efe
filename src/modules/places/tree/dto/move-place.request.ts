import { ApiProperty } from '@nestjs/swagger';
import { IsUUID, ValidateIf } from 'class-validator';

/** Where a place is to stand from now on, with all that is in it. */
export class MovePlaceRequest {
  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'Null: at the top.' })
  @ValidateIf((_, value) => value !== null)
  @IsUUID('all')
  parent_id!: string | null;
}
