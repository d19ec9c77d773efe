import { Injectable } from '@nestjs/common';
import { isPlainObject } from '../../../core/json/is-plain-object.js';
import type { DevicePrincipal } from '../../auth/principal.decorator.js';
import { ReportsService } from '../../devices/twin/reports.service.js';
import { TwinsService } from '../../devices/twin/twins.service.js';
import { askedAttributes, type AskedKeys, type AttributeSides } from './attribute-keys.rules.js';
import { DeviceMessageInvalid } from './device-api.errors.js';
import { jsonIn } from './telemetry-body.rules.js';

/** Attributes of ThingsBoard's kind: the client's are what the twin reports, the shared ones its target. */
@Injectable()
export class DeviceAttributesService {
  constructor(
    private readonly reports: ReportsService,
    private readonly twins: TwinsService,
  ) {}

  async report({ tenant, deviceId }: DevicePrincipal, bytes: Buffer): Promise<void> {
    const body = jsonIn(bytes);
    if (!isPlainObject(body)) throw new DeviceMessageInvalid('attributes are a JSON object');
    await this.reports.receive({ tenantId: tenant.id, deviceId, body });
  }

  async answer({ tenant, deviceId }: DevicePrincipal, asked: AskedKeys): Promise<Partial<AttributeSides>> {
    const { reported, target } = await this.twins.get(tenant, deviceId);
    return askedAttributes({ client: reported, shared: target }, asked);
  }
}
