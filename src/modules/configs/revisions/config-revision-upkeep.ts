import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Settings } from '../../../core/config/settings.js';
import { Maintenance } from '../../../core/maintenance/maintenance.js';
import { ConfigRevisionsRepository } from './config-revisions.repository.js';

const everyMs = 3_600_000;
/** So many at a time, so that nobody who saves waits for long. */
const atOnce = 1_000;

/** Forgets revisions beyond the newest CONFIG_REVISIONS_KEPT of each config. */
@Injectable()
export class ConfigRevisionUpkeep implements OnModuleInit {
  constructor(
    private readonly maintenance: Maintenance,
    private readonly revisions: ConfigRevisionsRepository,
    private readonly settings: Settings,
  ) {}

  onModuleInit(): void {
    this.maintenance.register({ name: 'config-revisions', everyMs, run: () => this.run() });
  }

  private async run(): Promise<void> {
    while ((await this.revisions.forgetOld(this.settings.configRevisionsKept, atOnce)) === atOnce);
  }
}
