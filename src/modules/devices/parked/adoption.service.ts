import { Injectable } from '@nestjs/common';
import { Transactions } from '../../../core/database/transactions.js';
import type { Tx } from '../../../core/database/tx.js';
import { withOrigin } from '../../../core/origin/origin.js';
import { Queue } from '../../../core/queue/queue.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { AuditService } from '../../auth/audit/audit.service.js';
import type { KnownDevice } from '../device-state.entity.js';
import { DeviceIdentityTaken } from '../device.errors.js';
import { devEuiPattern } from '../device.rules.js';
import { DevicesService } from '../devices.service.js';
import type { RegisterDeviceRequest } from '../dto/register-device.request.js';
import { DevEuiUnusable, UnknownDeviceNotFound } from './adoption.errors.js';
import { AdoptionRepository } from './adoption.repository.js';
import { ParkedMessagesRepository } from './parked-messages.repository.js';
import { ParkedMoves } from './parked-moves.js';

/** What is said of a device that is adopted; all the rest is as at its registration. */
export type Adoption = Omit<RegisterDeviceRequest, 'name' | 'dev_eui'> & { name?: string | undefined };

/**
 * Makes devices of unknown DevEUIs and gives them what was parked, under the ids and in the order in which it came. The
 * device and the first messages are one transaction; jobs that it leaves behind bring the rest and what was just coming.
 */
@Injectable()
export class AdoptionService {
  constructor(
    private readonly devices: DevicesService,
    private readonly parked: ParkedMessagesRepository,
    private readonly adoptions: AdoptionRepository,
    private readonly moves: ParkedMoves,
    private readonly audit: AuditService,
    private readonly transactions: Transactions,
    private readonly queue: Queue,
  ) {}

  /** Where a device has the DevEUI by now, without having taken over what was parked, it does; then nothing else is said. */
  async adopt(tenant: Tenant, devEui: string, adoption: Adoption): Promise<KnownDevice> {
    const saysNothing = Object.values(adoption).every((value) => value === undefined);
    const id = await this.transactions.run(async (tx) => {
      if (!(await this.parked.isParked(tx, tenant, devEui))) throw new UnknownDeviceNotFound();
      if (!devEuiPattern.test(devEui)) throw new DevEuiUnusable();
      const known = await this.adoptions.findDevice(tx, tenant, devEui);
      if (known !== null && !saysNothing) throw new DeviceIdentityTaken('dev_eui', devEui);
      if (known === null) return this.make(tx, tenant, devEui, adoption);
      await this.moves.begin(tx, tenant, devEui, known);
      await this.audit.record(tx, tenant, {
        action: 'device.adopted',
        subject: { kind: 'device', id: known, name: devEui },
      });
      return known;
    });
    this.queue.hint('events');
    return this.devices.get(tenant, id);
  }

  /**
   * For a message that was just parked and whose sender may make devices: the id of the device that has it now, whoever
   * made it. Called for each such message, so that none waits for another one's call.
   */
  async adoptFor(tenant: Tenant, devEui: string, adoption: Adoption, reason: string): Promise<string> {
    const id = await withOrigin({ kind: 'system', reason }, () => this.makeOrFind(tenant, devEui, adoption));
    this.queue.hint('events');
    return id;
  }

  /** Of two who make it at once the second finds it. */
  private async makeOrFind(tenant: Tenant, devEui: string, adoption: Adoption): Promise<string> {
    const work = (tx: Tx) => this.makeUnlessThere(tx, tenant, devEui, adoption);
    try {
      return await this.transactions.run(work);
    } catch (error) {
      if (!(error instanceof DeviceIdentityTaken)) throw error;
      return this.transactions.run(work);
    }
  }

  private async makeUnlessThere(tx: Tx, tenant: Tenant, devEui: string, adoption: Adoption): Promise<string> {
    const known = await this.adoptions.findDevice(tx, tenant, devEui);
    if (known === null) return this.make(tx, tenant, devEui, adoption);
    for (let isMore = true; isMore;) isMore = await this.moves.batch(tx, tenant, devEui, known);
    return known;
  }

  private async make(tx: Tx, tenant: Tenant, devEui: string, adoption: Adoption): Promise<string> {
    const { name = devEui, ...rest } = adoption;
    const id = await this.devices.registerIn(tx, tenant, { ...rest, name, dev_eui: devEui });
    await this.moves.begin(tx, tenant, devEui, id);
    return id;
  }
}
