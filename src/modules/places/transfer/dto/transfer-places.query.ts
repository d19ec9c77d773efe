import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsIn, IsOptional, IsUUID } from 'class-validator';

/** How a file of places is taken in. */
export class ImportPlacesQuery {
  @ApiPropertyOptional({ format: 'uuid', description: 'Below this place; else from the top.' })
  @IsOptional()
  @IsUUID('all')
  into?: string;

  @ApiPropertyOptional({ description: 'Reports what would become of each place, and changes nothing.', default: false })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value))
  @IsBoolean()
  dry_run: boolean = false;
}

/** Which places become a file, and of which kind. */
export class ExportPlacesQuery {
  @ApiPropertyOptional({ format: 'uuid', description: 'Only this place and what is below it; else all from the top.' })
  @IsOptional()
  @IsUUID('all')
  root?: string;

  @ApiPropertyOptional({ enum: ['json', 'csv'], default: 'json' })
  @IsIn(['json', 'csv'])
  format: 'json' | 'csv' = 'json';
}
