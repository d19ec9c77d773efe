import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsOptional } from 'class-validator';
import { PageQuery } from '../../../../core/http/paging/page.query.js';
import { IsText } from '../../../../core/json/is-storable.decorator.js';

const fromText = () =>
  Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value));

/** Which users to list. */
export class ListUsersQuery extends PageQuery {
  @ApiPropertyOptional({ description: 'Only whose username or e-mail address contains this, without case.' })
  @IsOptional()
  @IsText({ max: 100 })
  q?: string;

  @ApiPropertyOptional({ description: 'Only who may log in, or who may not.' })
  @IsOptional()
  @fromText()
  @IsBoolean()
  is_active?: boolean;

  @ApiPropertyOptional({ description: "Only the platform's operators, or only the others." })
  @IsOptional()
  @fromText()
  @IsBoolean()
  is_superuser?: boolean;
}
