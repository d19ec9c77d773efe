import { ApiProperty } from '@nestjs/swagger';
import type { CurrentAsset, NamedVersion } from '../asset-version.entity.js';
import type { AppDescription } from '../firmware/app-description.rules.js';

/** What the image of an ESP32 says of itself. */
export class AppDescriptionResponse {
  @ApiProperty({ example: '1.4.2' })
  version!: string;

  @ApiProperty({ example: 'thermostat' })
  project_name!: string;

  @ApiProperty({ example: 'v5.3.1' })
  idf_version!: string;

  @ApiProperty({ description: 'As the compiler wrote it, in no known time zone.', example: 'Nov 20 2026 14:02:11' })
  compiled!: string;

  @ApiProperty({ description: 'Counts up where rollbacks are forbidden.', example: 0 })
  secure_version!: number;

  @ApiProperty({ description: 'Of the ELF file that it was made of.' })
  elf_sha256!: string;

  @ApiProperty({ type: String, nullable: true, example: 'esp32-s3' })
  chip!: string | null;
}

/** One version of an asset. */
export class AssetVersionResponse {
  @ApiProperty({ example: 'thermostat.bin' })
  filename: string;

  @ApiProperty({ description: 'Counts the uploads of this name; never given twice.', example: 7 })
  version: number;

  @ApiProperty({ description: 'In bytes.', example: 1048576 })
  size: number;

  @ApiProperty({ example: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08' })
  sha256: string;

  @ApiProperty({ format: 'date-time' })
  uploaded_at: string;

  @ApiProperty({ type: AppDescriptionResponse, nullable: true, description: 'Null: it is no image of an ESP32.' })
  firmware: AppDescription | null;

  constructor(version: NamedVersion) {
    this.filename = version.filename;
    this.version = version.version;
    this.size = Number(version.size);
    this.sha256 = version.sha256;
    this.uploaded_at = version.uploadedAt.toISOString();
    this.firmware = version.firmware;
  }
}

/** An asset by its newest version. */
export class AssetResponse extends AssetVersionResponse {
  @ApiProperty({ description: 'How many versions are kept.', example: 3 })
  version_count: number;

  constructor(asset: CurrentAsset) {
    super(asset);
    this.version_count = asset.versionCount;
  }
}
