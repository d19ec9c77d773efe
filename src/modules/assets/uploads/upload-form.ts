import { Busboy, type BusboyFileStream, type BusboyInstance } from '@fastify/busboy';
import type { BodyStream } from '../../../core/http/body-stream.decorator.js';
import { UploadInvalid, UploadTooLarge, UploadTypeWrong } from './upload.errors.js';

/** Longer than any signature in base64. */
const maxFieldBytes = 16 * 1024;
const maxFields = 16;

/** A form as it came in, with what became of its file. */
export interface UploadForm<Taken> {
  fields: ReadonlyMap<string, string>;
  /** Undefined: there was none. */
  file: { filename: string; taken: Taken } | undefined;
}

/** Takes the one file of a form, to its end, and takes back what it has done of it if the form turns out to be none. */
export interface FileTaker<Taken> {
  take: (bytes: BusboyFileStream) => Promise<Taken>;
  undo: (taken: Taken) => Promise<void>;
}

/**
 * Reads a form piece by piece while it comes in, in whatever order its parts are. Only small fields are ever in memory.
 * The rest of a body that is refused is read and thrown away, so that whoever sends it hears why.
 */
export async function readUploadForm<Taken>(
  { header, bytes }: BodyStream,
  maxBytes: number,
  taker: FileTaker<Taken>,
): Promise<UploadForm<Taken>> {
  const parser = parserOf(header, maxBytes);
  const fields = new Map<string, string>();
  let filename = '';
  let stream: BusboyFileStream | undefined;
  let taking: Promise<Taken> | undefined;
  const read = new Promise<void>((resolve, reject) => {
    parser.on('field', (name, value, _isNameCut, isCut) => {
      if (isCut) reject(new UploadInvalid(shown(name), `must not be longer than ${maxFieldBytes} bytes`));
      else fields.set(name, value);
    });
    parser.on('file', (name: string | undefined, file: BusboyFileStream, sentName: string) => {
      // Its errors are those of the whole form.
      file.on('error', () => undefined);
      if (name !== 'file') {
        file.resume();
        reject(new UploadInvalid(shown(name), 'is no field of an upload; the file is called file'));
        return;
      }
      [filename, stream] = [sentName, file];
      file.once('limit', () => {
        reject(new UploadTooLarge(maxBytes));
      });
      taking = taker.take(file);
      taking.catch(reject);
    });
    parser.once('filesLimit', () => {
      reject(new UploadInvalid('file', 'must be one file'));
    });
    for (const limit of ['fieldsLimit', 'partsLimit'] as const) {
      parser.once(limit, () => {
        reject(new UploadInvalid('', `must not have more than ${maxFields} fields`));
      });
    }
    parser.once('finish', resolve);
    parser.on('error', () => {
      reject(new UploadInvalid('', 'the form is not whole'));
    });
    bytes.on('error', () => {
      reject(new UploadInvalid('', 'the connection ended before the form did'));
    });
    bytes.once('close', () => {
      if (!bytes.readableEnded) reject(new UploadInvalid('', 'the connection ended before the form did'));
    });
    bytes.pipe(parser);
  });
  try {
    await read;
    return { fields, file: taking === undefined ? undefined : { filename, taken: await taking } };
  } catch (error) {
    bytes.unpipe(parser);
    bytes.resume();
    stream?.destroy(new Error('the form was refused'));
    const taken = await taking?.catch(() => undefined);
    if (taken !== undefined) await taker.undo(taken);
    throw error;
  }
}

function parserOf(contentType: string, maxBytes: number): BusboyInstance {
  if (!/^multipart\/form-data\s*;/i.test(contentType)) throw new UploadTypeWrong();
  try {
    return new Busboy({
      headers: { 'content-type': contentType },
      // A path is refused, not cut down to its end.
      preservePath: true,
      isPartAFile: (name, _type, filename) => filename !== undefined || name === 'file',
      limits: {
        files: 1,
        fields: maxFields,
        parts: maxFields + 1,
        fieldSize: maxFieldBytes,
        fileSize: maxBytes,
        headerPairs: 32,
        headerSize: 8 * 1024,
      },
    });
  } catch {
    throw new UploadInvalid('', 'the Content-Type names no boundary');
  }
}

/** What a client called a field is repeated only as far as it is a name. */
function shown(name: string | undefined): string {
  return name !== undefined && /^[\w.-]{1,50}$/.test(name) ? name : '';
}
