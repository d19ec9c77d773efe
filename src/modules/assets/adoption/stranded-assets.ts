import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Settings } from '../../../core/config/settings.js';
import { messageOf } from '../../../core/outbound/told.js';
import { AssetAdoption } from './asset-adoption.service.js';

/** Says at start when files lie in ASSETS_DIR that no device gets, because nobody has adopted them. */
@Injectable()
export class StrandedAssets implements OnApplicationBootstrap {
  private readonly logger = new Logger(StrandedAssets.name);

  constructor(
    private readonly adoption: AssetAdoption,
    private readonly settings: Settings,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const { role, assetsDir } = this.settings;
    if (role === 'worker' || assetsDir === undefined) return;
    try {
      if (!(await this.adoption.isWorthwhile())) return;
      this.logger.warn(
        { assets_dir: assetsDir },
        'files lie in ASSETS_DIR: `npx fieldline adopt-assets` makes assets of them',
      );
    } catch (error) {
      this.logger.warn({ assets_dir: assetsDir, reason: messageOf(error) }, 'ASSETS_DIR cannot be looked into');
    }
  }
}
