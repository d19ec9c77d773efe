import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsOptional } from 'class-validator';

/** How something is deleted that flows may use. */
export class DeletionQuery {
  @ApiPropertyOptional({
    default: false,
    description: 'Removes its nodes and edges from the flows that use it, instead of refusing with 409.',
  })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value))
  @IsBoolean()
  force: boolean = false;
}
