import type { NamedVersion } from '../asset-version.entity.js';

/**
 * The text of a manifest, as it is signed: its form, then a line for each field. A name has no line breaks, so no field can
 * be read out of another; the version is there so that an old file is not passed off for a new one.
 */
export function manifestTextOf({ filename, version, size, sha256, uploadedAt, firmware }: NamedVersion): string {
  const lines = [
    'fieldline-asset-manifest-v1',
    `filename: ${filename}`,
    `version: ${version}`,
    `size: ${size}`,
    `sha256: ${sha256}`,
    `uploaded_at: ${uploadedAt.toISOString()}`,
    ...(firmware === null ? [] : [`firmware_version: ${firmware.version}`]),
  ];
  return `${lines.join('\n')}\n`;
}
