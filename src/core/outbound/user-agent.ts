import { readFileSync } from 'node:fs';
import { isObject } from '../json/object-reader.js';

/** From dist/src/core/outbound up to the package. */
const packageJson: unknown = JSON.parse(readFileSync(new URL('../../../../package.json', import.meta.url), 'utf8'));

/** Who we say we are to every endpoint: `fieldline/<version>`. */
export const userAgent = `fieldline/${isObject(packageJson) ? String(packageJson['version']) : 'unknown'}`;
