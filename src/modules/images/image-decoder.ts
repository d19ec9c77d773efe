import { Injectable } from '@nestjs/common';
import sharp from 'sharp';
import { Turnstile } from '../../core/turnstile/turnstile.js';
import { imageFormatOf } from './image-format.rules.js';
import { ImageBroken, ImageFormatRefused, ImagesBusy, ImageTooLarge } from './image.errors.js';
import type { Picture, Size } from './picture.contract.js';

/** 4096 × 4096: a few kilobytes of a file may claim a billion. */
const maxPixels = 16 * 1024 * 1024;
const maxSeconds = 5;

/**
 * Node's four threads for such work also write the spool and look names up, and logins may take two of them: images get
 * one. A photograph of 1280 × 720 pixels takes some six milliseconds.
 */
const atOnce = 1;
const maxWaiting = 50;

// Whatever a file says it is: only these decoders are ever reached, from memory alone.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: [
    'VipsForeignLoadJpegBuffer',
    'VipsForeignLoadPngBuffer',
    'VipsForeignLoadWebpBuffer',
    'VipsForeignLoadNsgifBuffer',
  ],
});
sharp.concurrency(1);
sharp.cache(false);

/** Makes pixels of files, outside the event loop and one at a time. */
@Injectable()
export class ImageDecoder {
  private readonly turnstile = new Turnstile(atOnce, maxWaiting, () => new ImagesBusy());

  /**
   * `sizeFor` says how large the picture is to become, and may refuse; upright it is measured and shown, whatever way the
   * camera was held. Of a film, its first frame.
   *
   * @throws ImageFormatRefused, ImageTooLarge, ImageBroken, ImagesBusy
   */
  async decode(file: Buffer, sizeFor: (size: Size) => Size, gone: AbortSignal): Promise<Picture | null> {
    if (imageFormatOf(file) === undefined) throw new ImageFormatRefused();
    return this.turnstile.pass(async () => {
      if (gone.aborted) return null;
      const size = await measured(file);
      if (size.width * size.height > maxPixels) {
        throw new ImageTooLarge('the picture has more than 16 million pixels');
      }
      return pixelsOf(file, size, sizeFor(size));
    });
  }
}

const openedFrom = (file: Buffer, limitInputPixels: number | false) =>
  sharp(file, { failOn: 'error', limitInputPixels, autoOrient: true });

async function measured(file: Buffer): Promise<Size> {
  try {
    const { autoOrient } = await openedFrom(file, false).metadata();
    return autoOrient;
  } catch {
    throw new ImageBroken();
  }
}

async function pixelsOf(file: Buffer, from: Size, to: Size): Promise<Picture> {
  const isSame = from.width === to.width && from.height === to.height;
  const opened = openedFrom(file, maxPixels).timeout({ seconds: maxSeconds });
  try {
    const { data, info } = await (isSame ? opened : opened.resize({ ...to, fit: 'fill' }))
      .toColourspace('srgb')
      .ensureAlpha()
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    return { width: info.width, height: info.height, rgba: data };
  } catch {
    throw new ImageBroken();
  }
}
