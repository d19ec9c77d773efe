import { Injectable, StreamableFile } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { NamedVersion } from '../asset-version.entity.js';
import { RangeNotSatisfiable } from '../asset.errors.js';
import { AssetStore } from '../store/asset-store.js';
import { namesTag, rangeHolds, rangeOf } from './byte-range.rules.js';
import type { FileConditions } from './file-request.decorator.js';

/** Answers with files: whole, in part, or not at all where the client has it already. */
@Injectable()
export class AssetFiles {
  constructor(private readonly store: AssetStore) {}

  /** The file is opened before the answer begins, so that a missing one is an error and not half an answer. */
  async send(version: NamedVersion, asked: FileConditions, reply: FastifyReply): Promise<StreamableFile | undefined> {
    const size = Number(version.size);
    const tag = `"${version.sha256}"`;
    const base64 = Buffer.from(version.sha256, 'hex').toString('base64');
    reply.headers({
      etag: tag,
      'cache-control': 'no-cache',
      'accept-ranges': 'bytes',
      digest: `sha-256=${base64}`,
      'repr-digest': `sha-256=:${base64}:`,
      'x-asset-version': version.version.toString(),
      ...(version.firmware === null ? {} : { 'x-firmware-version': headerText(version.firmware.version) }),
    });
    if (namesTag(asked.ifNoneMatch, tag)) {
      reply.status(304);
      return undefined;
    }
    const range = rangeHolds(asked.ifRange, tag) ? rangeOf(asked.range, size) : 'whole';
    if (range === 'unsatisfiable') {
      reply.header('content-range', `bytes */${size}`).removeHeader('etag');
      throw new RangeNotSatisfiable(size);
    }
    const file = await this.store.open({ id: version.tenantId }, version.id);
    if (range !== 'whole') reply.status(206).header('content-range', `bytes ${range.start}-${range.end}/${size}`);
    return new StreamableFile(file.createReadStream(range === 'whole' ? {} : { ...range }), {
      type: 'application/octet-stream',
      disposition: dispositionOf(version.filename),
      length: range === 'whole' ? size : range.end - range.start + 1,
    });
  }
}

/** RFC 6266: a name for old clients, and the real one. */
function dispositionOf(filename: string): string {
  const plain = filename.replaceAll(/[^\w .()+-]/g, '_');
  const encoded = encodeURIComponent(filename).replaceAll(
    /['()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}

function headerText(text: string): string {
  return text.replaceAll(/[^\u0020-\u007e]/g, '?');
}
