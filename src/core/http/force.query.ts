import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsOptional } from 'class-validator';

/** Whether a deletion goes on although others use the row. */
export class ForceQuery {
  @ApiPropertyOptional({
    type: Boolean,
    description: 'Delete it although others use it; what names it then names nothing.',
    default: false,
  })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value))
  @IsBoolean()
  force: boolean = false;
}
