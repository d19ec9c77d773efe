import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

/** The form of an upload. Its parts may come in any order. */
export class AssetUploadRequest {
  @ApiProperty({ type: String, format: 'binary', description: 'The file, with its name.' })
  file!: string;

  @ApiProperty({
    description: 'ISO 8601, at most 300 seconds from the time of the server; without an offset it is UTC.',
    example: '2026-11-20T12:00:00Z',
  })
  timestamp!: string;

  @ApiProperty({
    description:
      'RSA PKCS#1 v1.5 with SHA-256, in base64, of three lines: the timestamp, the name of the file, its SHA-256 in hex; ' +
      'no line break at the end. No signature is accepted twice.',
  })
  signature!: string;

  @ApiPropertyOptional({
    format: 'uuid',
    description: 'Whose key it is signed with, by the id of the key; without it one of the default tenant’s.',
  })
  key_id?: string;
}
