import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Maintenance } from '../../../core/maintenance/maintenance.js';
import { Clock } from '../../../core/time/clock.js';
import { DeviceImportsRepository } from './device-imports.repository.js';

const everyMs = 600_000;
/** No request may take longer than thirty seconds to come in. */
const abortAfterMs = 600_000;
const keptMs = 30 * 86_400_000;

/** Says of imports whose process ended while their file came in that they are over, and forgets old ones. */
@Injectable()
export class ImportUpkeep implements OnModuleInit {
  constructor(
    private readonly maintenance: Maintenance,
    private readonly imports: DeviceImportsRepository,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.maintenance.register({ name: 'device-imports', everyMs, atStart: true, run: () => this.run() });
  }

  private async run(): Promise<void> {
    const nowMs = this.clock.nowMs();
    await this.imports.tidy(new Date(nowMs - abortAfterMs), new Date(nowMs - keptMs));
  }
}
