import { ApiPropertyOptional, PickType } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import { IsText } from '../../../../core/json/is-storable.decorator.js';
import { CreatePlaceRequest } from '../../dto/create-place.request.js';

/** A place as a file says it: what it does not say stays as it is. */
export class ImportedPlace extends PickType(CreatePlaceRequest, ['name', 'description', 'location', 'attributes']) {
  @ApiPropertyOptional({ type: String, nullable: true, description: 'The name of its profile.', example: 'State' })
  @IsOptional()
  @IsText({ max: 200 })
  profile?: string | null;
}

/** The same with what is below it. */
export class ImportedBranch extends ImportedPlace {
  @ApiPropertyOptional({ type: () => [ImportedBranch], description: 'The places below it.' })
  contains?: ImportedBranch[];
}
