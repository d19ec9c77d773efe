import { ApiProperty, ApiPropertyOptional, PartialType, PickType } from '@nestjs/swagger';
import { IsBoolean, IsOptional, ValidateIf } from 'class-validator';
import { ReadOnly } from '../../../../core/http/read-only.js';
import { IsText } from '../../../../core/json/is-storable.decorator.js';

/** A new key: its public half, or both, or neither. */
export class CreateAssetKeyRequest {
  @ApiProperty({ description: 'Unique in the tenant.', example: 'CI of the thermostats', maxLength: 100 })
  @IsText({ max: 100 })
  name!: string;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    maxLength: 4000,
    description: 'An RSA key of at least 2048 bits as PEM, whose private half only its owner has: it verifies uploads.',
    example: '-----BEGIN PUBLIC KEY-----\n…\n-----END PUBLIC KEY-----',
  })
  @IsOptional()
  @IsText({ max: 4_000 })
  public_key?: string | null;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    maxLength: 12_000,
    description:
      'The private half as PEM, without a passphrase: the server signs manifests with it as well. Kept sealed, and shown to nobody. ' +
      'Without either half a key of 3072 bits is made here, and the answer shows it once.',
  })
  @IsOptional()
  @IsText({ max: 12_000 })
  private_key?: string | null;

  @ApiPropertyOptional({ description: 'Whether it may upload and sign.', default: true })
  @ValidateIf((_, value) => value !== undefined)
  @IsBoolean()
  enabled?: boolean;
}

/** What changes of a key; another key is another row. */
export class UpdateAssetKeyRequest extends PartialType(PickType(CreateAssetKeyRequest, ['name', 'enabled'])) {
  @ReadOnly()
  id?: unknown;

  @ReadOnly({ type: Number })
  bits?: unknown;

  @ReadOnly()
  fingerprint?: unknown;

  @ReadOnly()
  public_key?: unknown;

  @ReadOnly({ nullable: true })
  private_key?: unknown;

  @ReadOnly({ type: Boolean })
  signs_manifests?: unknown;

  @ReadOnly()
  created_at?: unknown;

  @ReadOnly()
  updated_at?: unknown;
}
