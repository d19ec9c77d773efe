import { Inject, Injectable, Optional } from '@nestjs/common';
import type { Agent, Dispatcher } from 'undici';
import { Egress } from '../../core/egress/egress.js';
import { HostUnknown } from '../../core/egress/host-unknown.js';
import { AppError } from '../../core/errors/app-error.js';
import { Deadline } from '../../core/outbound/deadline.js';
import { userAgent } from '../../core/outbound/user-agent.js';
import { imageLimits, imageLimitsToken, type ImageLimits } from './image-limits.js';
import { ImageSourceFailed, ImageTooLarge } from './image.errors.js';

export interface ImageRequest {
  url: string;
  /** What the caller wants the image's server to be told. */
  headers: Readonly<Record<string, string>>;
}

const redirects = [301, 302, 303, 307, 308];
const preferred = 'image/webp,image/png,image/jpeg,image/gif,*/*;q=0.1';

/** Fetches the files of images from wherever users name, through egress, within limits of time and size. */
@Injectable()
export class ImageSource {
  constructor(
    private readonly egress: Egress,
    @Optional() @Inject(imageLimitsToken) private readonly limits: ImageLimits = imageLimits,
  ) {}

  /** @throws ImageSourceFailed, ImageTooLarge, EgressRefused, HostUnknown */
  async fetch(request: ImageRequest, gone: AbortSignal): Promise<Buffer> {
    const deadline = new Deadline(this.limits.fetchTimeoutMs, gone);
    // One for each image: connections are not kept, so that no answer of one caller's request waits for another's.
    const agent = this.egress.httpAgent({ connectTimeoutMs: this.limits.connectTimeoutMs });
    try {
      return await this.follow(agent, request, deadline.signal);
    } catch (error) {
      throw failureOf(error, deadline);
    } finally {
      deadline.clear();
      await agent.destroy();
    }
  }

  private async follow(agent: Agent, { url: first, headers }: ImageRequest, signal: AbortSignal): Promise<Buffer> {
    let url = this.egress.readUrl(first);
    for (let hop = 0; hop <= this.limits.maxRedirects; hop += 1) {
      // What was meant for one server is not told to the next.
      const told = url.origin === new URL(first).origin ? headers : {};
      const answer = await agent.request({
        origin: url.origin,
        path: url.pathname + url.search,
        method: 'GET',
        headers: { accept: preferred, ...told, 'user-agent': userAgent, 'accept-encoding': 'identity' },
        signal,
      });
      const next = nextOf(answer, url);
      if (next === undefined) return await this.fileOf(answer);
      await answer.body.dump();
      url = this.egress.readUrl(next);
    }
    throw new ImageSourceFailed(`it was redirected more than ${this.limits.maxRedirects} times`);
  }

  private async fileOf({ statusCode, headers, body }: Dispatcher.ResponseData): Promise<Buffer> {
    if (statusCode < 200 || statusCode > 299) throw new ImageSourceFailed(`HTTP ${statusCode}`);
    const encoding = headers['content-encoding'] ?? 'identity';
    if (encoding !== 'identity') throw new ImageSourceFailed('it came compressed, which was not asked for');
    const { maxFileBytes } = this.limits;
    const chunks: Buffer[] = [];
    let bytes = Number(headers['content-length'] ?? 0);
    if (bytes > maxFileBytes) throw tooLarge(maxFileBytes);
    bytes = 0;
    for await (const chunk of body as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > maxFileBytes) throw tooLarge(maxFileBytes);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  }
}

/** Where the answer sends us; undefined where it is the answer. */
function nextOf({ statusCode, headers: { location } }: Dispatcher.ResponseData, from: URL): string | undefined {
  if (!redirects.includes(statusCode)) return undefined;
  const next = typeof location === 'string' ? URL.parse(location, from.href) : null;
  if (next === null) throw new ImageSourceFailed(`HTTP ${statusCode} without a good Location`);
  return next.href;
}

/** Refusals of ours stay what they are; all else is the source's failure, told without what the network stack said of it. */
function failureOf(error: unknown, deadline: Deadline): AppError {
  if (error instanceof AppError && !(error instanceof HostUnknown)) return error;
  if (deadline.expired) return new ImageSourceFailed('it took too long');
  if (deadline.signal.aborted) return new ImageSourceFailed('nobody waits for it any more');
  if (error instanceof HostUnknown) return error;
  return new ImageSourceFailed('its server could not be reached, or broke off');
}

function tooLarge(maxFileBytes: number): ImageTooLarge {
  return new ImageTooLarge(`the file is larger than ${maxFileBytes / 1024 / 1024} MiB`);
}
