import { AppError } from '../../core/errors/app-error.js';

/** No such asset in this tenant. */
export class AssetNotFound extends AppError {
  readonly kind = 'not_found';
  readonly code = 'asset.not_found';

  constructor() {
    super('there is no such asset');
  }
}

/** A file that nobody signed never takes the place of what is there, or was deleted. */
export class AssetKnown extends AppError {
  readonly kind = 'conflict';
  readonly code = 'asset.known';

  constructor(filename: string) {
    super(`there is, or was, an asset ${filename}`);
  }
}

/** The asset has no such version, or it is no longer kept. */
export class AssetVersionNotFound extends AppError {
  readonly kind = 'not_found';
  readonly code = 'asset_version.not_found';

  constructor() {
    super('there is no such version of the asset, or it is no longer kept');
  }
}

/** Profiles offer it to their devices. */
export class AssetInUse extends AppError {
  readonly kind = 'conflict';
  readonly code = 'asset.in_use';

  constructor(profiles: readonly string[]) {
    super(`device profiles offer it as their firmware: ${profiles.join(', ')}; with ?force=true they do so no more`);
  }
}

/** The row is there and its file is not: somebody has taken it out of ASSETS_DIR, or another disk is mounted there. */
export class AssetFileMissing extends AppError {
  readonly kind = 'unavailable';
  readonly code = 'asset.file_missing';
  override readonly retryAfterSeconds = 30;

  constructor() {
    super('the file of this asset is not in ASSETS_DIR');
  }
}

/** The folder cannot take a file now. */
export class AssetStoreFailed extends AppError {
  readonly kind = 'unavailable';
  readonly code = 'asset.store_failed';
  override readonly retryAfterSeconds = 30;

  constructor(why: string) {
    super(`the file could not be stored: ${why}`);
  }
}

/** The request asks for bytes behind the end of the file. */
export class RangeNotSatisfiable extends AppError {
  readonly kind = 'range_not_satisfiable';
  readonly code = 'asset.range_not_satisfiable';

  constructor(size: number) {
    super(`the file has ${size} bytes; none of them are in this range`);
  }
}
