import { ApiPropertyOptional, OmitType } from '@nestjs/swagger';
import { ValidateIf } from 'class-validator';
import { IsText } from '../../../../core/json/is-storable.decorator.js';
import { RegisterDeviceRequest } from '../../dto/register-device.request.js';

/** What is said of a device that is adopted; without a name it is called by its DevEUI. */
export class AdoptDeviceRequest extends OmitType(RegisterDeviceRequest, ['name', 'dev_eui']) {
  @ApiPropertyOptional({ example: 'Greenhouse 3, north', maxLength: 200 })
  @ValidateIf((_, value) => value !== undefined)
  @IsText({ max: 200 })
  name?: string;
}
