import { Injectable } from '@nestjs/common';
import type { Readable } from 'node:stream';
import { Turnstile } from '../../core/turnstile/turnstile.js';
import { fitted, type Box } from './fit.rules.js';
import { ImageDecoder } from './image-decoder.js';
import { ImageProxyMetrics } from './image-proxy-metrics.js';
import { ImageSource, type ImageRequest } from './image-source.js';
import { ImagesBusy, ImageSourceFailed, ImageTooLarge } from './image.errors.js';
import { lvglImage } from './lvgl/lvgl-image.js';
import { fitsHeader, lvglBytes, type ColorFormatName } from './lvgl/lvgl-image.rules.js';
import type { Size } from './picture.contract.js';
import { PicturesInHand } from './pictures-in-hand.js';

/** Files being fetched in one process: each may be 5 MiB. */
const fetchesAtOnce = 16;
const maxWaiting = 100;

export interface Conversion extends ImageRequest {
  box: Box;
  format: ColorFormatName;
}

export interface ConvertedImage {
  bytes: number;
  stream: Readable;
}

/** Turns images that others serve into what a display's firmware can draw as it comes. */
@Injectable()
export class ImagesService {
  private readonly fetches = new Turnstile(fetchesAtOnce, maxWaiting, () => new ImagesBusy());

  constructor(
    private readonly source: ImageSource,
    private readonly decoder: ImageDecoder,
    private readonly inHand: PicturesInHand,
    private readonly metrics: ImageProxyMetrics,
  ) {}

  async convert(conversion: Conversion, gone: AbortSignal): Promise<ConvertedImage> {
    return this.metrics.conversion(() => this.converted(conversion, gone));
  }

  private async converted({ url, headers, box, format }: Conversion, gone: AbortSignal): Promise<ConvertedImage> {
    const file = await this.fetches.pass(() => this.metrics.fetch(() => this.source.fetch({ url, headers }, gone)));
    let letGo = (): void => undefined;
    const sizeFor = (size: Size): Size => {
      const becomes = sizeInside(size, box, format);
      letGo = this.inHand.take(becomes.width * becomes.height * 4);
      return becomes;
    };
    try {
      const picture = await this.decoder.decode(file, sizeFor, gone);
      if (picture === null) throw new ImageSourceFailed('nobody waits for it any more');
      return {
        bytes: lvglBytes(format, picture),
        stream: this.inHand.untilSent(lvglImage(format, picture), letGo),
      };
    } catch (error) {
      letGo();
      throw error;
    }
  }
}

function sizeInside(size: Size, box: Box, format: ColorFormatName): Size {
  const becomes = fitted(size, box);
  if (fitsHeader(format, becomes)) return becomes;
  throw new ImageTooLarge(`${becomes.width} × ${becomes.height} pixels cannot be said in an LVGL header: ask for less`);
}
