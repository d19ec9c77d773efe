import { Injectable } from '@nestjs/common';
import { Transactions } from '../../../core/database/transactions.js';
import type { CursorPage } from '../../../core/http/paging/cursor-page.js';
import { wholeRangeOf } from '../../../core/http/paging/history-range.js';
import { readHistory } from '../../../core/http/paging/read-history.js';
import type { HistoryQuery } from '../../../core/http/paging/history.query.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { AuditService } from '../../auth/audit/audit.service.js';
import { UnknownDeviceNotFound } from './adoption.errors.js';
import type { ListUnknownDevicesQuery } from './dto/list-unknown-devices.query.js';
import { ParkedMessageResponse } from './dto/parked-message.response.js';
import { ParkedMessagesRepository, type UnknownDevice } from './parked-messages.repository.js';

/** Shows people which devices send that nobody has made, and what they said; throws away what nobody wants. */
@Injectable()
export class UnknownDevicesService {
  constructor(
    private readonly parked: ParkedMessagesRepository,
    private readonly audit: AuditService,
    private readonly transactions: Transactions,
  ) {}

  async list(
    tenant: Tenant,
    { dev_eui = '', skip, limit }: ListUnknownDevicesQuery,
  ): Promise<{ rows: UnknownDevice[]; total: number }> {
    const holding = dev_eui.toUpperCase();
    const devEuis = await this.parked.listDevEuis(tenant, holding, skip, limit);
    const found: UnknownDevice[] = [];
    // One after the other: a page of a thousand must not take every connection.
    for (const devEui of devEuis) {
      const one = await this.parked.describe(tenant, devEui);
      if (one !== null) found.push(one);
    }
    const isLast = devEuis.length < limit && (devEuis.length > 0 || skip === 0);
    return { rows: found, total: isLast ? skip + devEuis.length : await this.parked.countDevEuis(tenant, holding) };
  }

  async messagesOf(tenant: Tenant, devEui: string, query: HistoryQuery): Promise<CursorPage<ParkedMessageResponse>> {
    const page = await readHistory(query, {
      read: (slice) => this.parked.list(tenant, devEui, slice),
      keyOf: ({ id }) => ({ id, seq: 0 }),
      show: (rows) => rows.map((row) => new ParkedMessageResponse(row)),
      count: () => this.parked.count(tenant, devEui, wholeRangeOf(query)),
    });
    if (page.items.length === 0 && (await this.parked.describe(tenant, devEui)) === null) {
      throw new UnknownDeviceNotFound();
    }
    return page;
  }

  async discard(tenant: Tenant, devEui: string): Promise<void> {
    await this.transactions.run(async (tx) => {
      const count = await this.parked.remove(tx, tenant, devEui);
      if (count === 0) throw new UnknownDeviceNotFound();
      await this.audit.record(tx, tenant, {
        action: 'unknown_device.discarded',
        subject: { kind: 'unknown_device', id: devEui, name: devEui },
        report: { messages: count },
      });
    });
  }
}
