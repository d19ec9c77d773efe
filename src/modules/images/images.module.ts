import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { ImageDecoder } from './image-decoder.js';
import { ImageProxyMetrics } from './image-proxy-metrics.js';
import { ImageSource } from './image-source.js';
import { ImagesController } from './images.controller.js';
import { ImagesService } from './images.service.js';
import { PicturesInHand } from './pictures-in-hand.js';

/** Images for displays: fetched, fitted, and laid out as LVGL draws them. */
@Module({
  imports: [AuthModule],
  controllers: [ImagesController],
  providers: [ImageDecoder, ImageProxyMetrics, ImageSource, ImagesService, PicturesInHand],
})
export class ImagesModule {}
