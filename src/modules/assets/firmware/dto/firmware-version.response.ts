import { ApiProperty } from '@nestjs/swagger';
import type { NamedVersion } from '../../asset-version.entity.js';

/** What a device compares with what it runs. */
export class FirmwareVersionResponse {
  @ApiProperty({ description: 'As the image says of itself.', example: '1.4.2' })
  firmware_version: string;

  @ApiProperty({ example: 'thermostat' })
  project_name: string;

  @ApiProperty({ description: 'Counts up where rollbacks are forbidden.', example: 0 })
  secure_version: number;

  @ApiProperty({ example: 'thermostat.bin' })
  filename: string;

  @ApiProperty({ description: 'Of the asset.', example: 7 })
  version: number;

  @ApiProperty({ example: 1048576 })
  size: number;

  @ApiProperty({ example: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08' })
  sha256: string;

  constructor({ firmware, filename, version, size, sha256 }: NamedVersion) {
    this.firmware_version = firmware?.version ?? '';
    this.project_name = firmware?.project_name ?? '';
    this.secure_version = firmware?.secure_version ?? 0;
    this.filename = filename;
    this.version = version;
    this.size = Number(size);
    this.sha256 = sha256;
  }
}
