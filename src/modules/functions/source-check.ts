import { Injectable } from '@nestjs/common';
import { ValidationFailed } from '../../core/errors/validation-failed.js';
import { SandboxService } from './sandbox/sandbox.service.js';

/** Refuses a source that could never run, and says where it is wrong. */
@Injectable()
export class SourceCheck {
  constructor(private readonly sandbox: SandboxService) {}

  async assertLoads(code: string): Promise<void> {
    const check = await this.sandbox.check(code);
    if (check.ok) return;
    const { line, column } = check;
    const where = line === undefined ? '' : ` (line ${line}${column === undefined ? '' : `, column ${column}`})`;
    throw new ValidationFailed([{ path: 'code', message: `${check.message}${where}` }]);
  }
}
