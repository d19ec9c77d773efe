import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsIn, IsOptional } from 'class-validator';
import { conflictRules, type ConflictRule } from '../device-import.js';

/** How a file is taken in. */
export class ImportDevicesQuery {
  @ApiPropertyOptional({ description: 'Reports what would become of each row, and changes nothing.', default: false })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value))
  @IsBoolean()
  dry_run: boolean = false;

  @ApiPropertyOptional({
    enum: conflictRules,
    default: 'refuse',
    description:
      'What becomes of a row whose id, DevEUI, MAC, UUID or serial number a device has already: an error, an edit (what the row ' +
      'does not say stays, metadata is merged), or nothing.',
  })
  @IsIn(conflictRules)
  on_conflict: ConflictRule = 'refuse';
}
