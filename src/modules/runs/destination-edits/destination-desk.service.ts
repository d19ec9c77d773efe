import { Injectable } from '@nestjs/common';
import { Transactions } from '../../../core/database/transactions.js';
import { Lanes } from '../../../core/queue/lanes.js';
import { Clock } from '../../../core/time/clock.js';
import { Usages } from '../../../core/usage/usages.js';
import { AuditService } from '../../auth/audit/audit.service.js';
import { EditsService } from '../../auth/audit/edits.service.js';

/** What an edit of any destination is made with. */
@Injectable()
export class DestinationDesk {
  constructor(
    readonly transactions: Transactions,
    readonly lanes: Lanes,
    readonly usages: Usages,
    readonly edits: EditsService,
    readonly audit: AuditService,
    readonly clock: Clock,
  ) {}
}
