import { gunzip } from 'node:zlib';
import { promisify } from 'node:util';
import { ValidationFailed } from '../../../core/errors/validation-failed.js';
import { errorCodeOf } from '../../../core/errors/error-code.js';
import { isUuid } from '../../../core/ids/uuid-v7.js';
import { isPlainObject } from '../../../core/json/is-plain-object.js';
import { DeviceNotFound } from '../device.errors.js';
import type { TwinDocument } from './device-twin.entity.js';
import { ReportTooLarge } from './twin.errors.js';

const unzipped = promisify(gunzip);
/** What any other body may have. */
const maxBodyBytes = 1_048_576;

/** How a device may be called in a path or a report: by its own uuid, or by the id that it has here. */
export interface DeviceNames {
  id: string;
  uuid: string | null;
}

export function isCalled({ id, uuid }: DeviceNames, name: string): boolean {
  return name === uuid || name.toLowerCase() === id;
}

/** The JSON object that a device sent, perhaps packed by gzip as document 000's agents do. */
export async function reportIn(body: unknown, encoding: string | undefined): Promise<TwinDocument> {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
  const text = encoding?.trim().toLowerCase() === 'gzip' ? await unpacked(bytes) : bytes;
  try {
    const json: unknown = JSON.parse(text.toString());
    if (isPlainObject(json)) return json;
  } catch {
    // Said below: whatever it is, it is no report.
  }
  throw new ValidationFailed([{ path: '', message: 'a report must be a JSON object' }]);
}

async function unpacked(bytes: Buffer): Promise<Buffer> {
  try {
    return await unzipped(bytes, { maxOutputLength: maxBodyBytes });
  } catch (error) {
    if (errorCodeOf(error) === 'ERR_BUFFER_TOO_LARGE') throw new ReportTooLarge(maxBodyBytes);
    throw new ValidationFailed([{ path: '', message: 'the body is not what its Content-Encoding says' }]);
  }
}

/**
 * The merge patch in a report, and the path at which it stands there. Document 000's agents put their state under their
 * uuid; others send it bare.
 *
 * @throws DeviceNotFound where it is under the UUID of another device.
 */
export function patchIn(report: TwinDocument, names: DeviceNames): { patch: TwinDocument; path: string } {
  const [only, ...others] = Object.entries(report);
  if (only === undefined || others.length > 0) return { patch: report, path: '' };
  const [name, state] = only;
  if (!isPlainObject(state)) return { patch: report, path: '' };
  if (isCalled(names, name)) return { patch: state, path: name };
  if (isUuid(name.toLowerCase())) throw new DeviceNotFound();
  return { patch: report, path: '' };
}

/**
 * The target as its device gets it: under the name that it asked for, with `apps` and `config`, which document 000's
 * agents read without looking whether they are there, and its version.
 */
export function targetFor(name: string, target: TwinDocument, version: number): Record<string, unknown> {
  return { [name]: { apps: {}, config: {}, ...target, version } };
}
