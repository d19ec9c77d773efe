import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../../core/time/clock.js';
import { FunctionsService } from './functions.service.js';
import { SandboxService, type Rest } from './sandbox/sandbox.service.js';

/** A flow's function and its version; a source that is only tried has another kind of key. */
const keyOfFunction = /^([0-9a-f-]{36}):(\d+)$/;

/**
 * Makes it known that a function rests. Each process counts limits for itself and rests for itself, since only it knows
 * what the function does to its threads; that one does so is a row, which every process shows.
 */
@Injectable()
export class FunctionQuarantine implements OnModuleInit {
  private readonly logger = new Logger(FunctionQuarantine.name);

  constructor(
    private readonly sandbox: SandboxService,
    private readonly functions: FunctionsService,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.sandbox.onRest((rest) => {
      this.show(rest).catch((error: unknown) => {
        this.logger.warn(
          { err: error, function_key: rest.functionKey },
          'a quarantine could not be shown; it holds all the same',
        );
      });
    });
  }

  private async show({ tenantId, functionKey, forMs }: Rest): Promise<void> {
    const [, id, version] = keyOfFunction.exec(functionKey) ?? [];
    if (id === undefined) return;
    const until = new Date(this.clock.nowMs() + forMs);
    await this.functions.quarantine({ id: tenantId }, id, Number(version), until);
    this.logger.warn(
      { tenant_id: tenantId, function_id: id, until },
      'a function hit its limits too often in a row and rests',
    );
  }
}
