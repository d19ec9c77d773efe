import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { publicPemOf } from '../../src/modules/assets/keys/rsa-key.rules.js';
import type { TestAnswer, TestApp } from './app.js';

/** One for all tests of a process: making one takes a while. */
const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });

export const uploaderPublicPem = publicPemOf(pair.publicKey);
export const uploaderPrivatePem = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

export interface UploadParts {
  filename?: string;
  content?: Buffer | string;
  timestamp?: string;
  signature?: string;
  /** What is signed; else what has to be. */
  text?: string;
  keyId?: string | undefined;
  /** In which order the parts are sent; those left out are not. */
  order?: readonly string[];
}

export function signed(text: string, privateKey: KeyObject = pair.privateKey): string {
  return sign('sha256', Buffer.from(text), privateKey).toString('base64');
}

export function sha256Of(content: Buffer | string): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Makes the forms of uploads, signed. */
export class UploadForms {
  constructor(
    /** Without one an upload is the default tenant's. */
    readonly keyId?: string,
    private readonly now: () => number = Date.now,
  ) {}

  form(given: UploadParts = {}): { body: Buffer; headers: Record<string, string> } {
    const { filename = 'firmware.bin', content = 'some bytes', keyId = this.keyId } = given;
    const timestamp = given.timestamp ?? new Date(this.now()).toISOString();
    const text = given.text ?? `${timestamp}\n${filename}\n${sha256Of(content)}`;
    const values: Record<string, string | undefined> = {
      timestamp,
      signature: given.signature ?? signed(text),
      key_id: keyId,
    };
    const boundary = 'the-boundary-of-a-test';
    const parts = (given.order ?? ['file', 'timestamp', 'signature', 'key_id']).flatMap((name): Buffer[] => {
      const value = name === 'file' ? content : values[name];
      if (value === undefined) return [];
      const head =
        name === 'file'
          ? `name="file"; filename="${filename}"\r\nContent-Type: application/octet-stream`
          : `name="${name}"`;
      return [
        Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; ${head}\r\n\r\n`),
        Buffer.from(value),
        Buffer.from('\r\n'),
      ];
    });
    return {
      body: Buffer.concat([...parts, Buffer.from(`--${boundary}--\r\n`)]),
      headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    };
  }
}

/** Uploads as a CI pipeline does: a form with a file, a time and a signature. */
export class AssetUploader extends UploadForms {
  constructor(
    private readonly app: TestApp,
    keyId?: string,
    now?: () => number,
  ) {
    super(keyId, now);
  }

  /** With a key of the tenant that the token is of. */
  static async for(app: TestApp, token: string, now?: () => number): Promise<AssetUploader> {
    const body = { name: 'the uploader', public_key: uploaderPublicPem };
    const made = await app.http('POST', '/api/v1/asset-keys', { token, body });
    const known = await app.http('GET', '/api/v1/asset-keys?name=the%20uploader', { token });
    if (made.status !== 201 && made.status !== 409) throw new Error(`a key was answered ${made.status}`);
    return new AssetUploader(app, String(known.body[0].id), now);
  }

  async upload(parts: UploadParts = {}, url = '/api/assets/upload'): Promise<TestAnswer> {
    const { body, headers } = this.form(parts);
    return this.app.http('POST', url, { body, headers });
  }
}
