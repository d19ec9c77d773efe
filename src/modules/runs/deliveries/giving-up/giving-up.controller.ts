import { Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { IdPipe } from '../../../../core/http/id.pipe.js';
import { ApiProblems } from '../../../../core/http/problems/api-problems.decorator.js';
import type { Tenant } from '../../../../core/tenancy/tenant.js';
import { AdmitsEditors } from '../../../auth/access.decorator.js';
import { CurrentTenant } from '../../../auth/principal.decorator.js';
import { DeliveryResponse } from '../../histories/dto/delivery-history.response.js';
import { DeliveriesService } from '../deliveries.service.js';
import { GivenUpResponse } from './given-up.response.js';

/** Deliveries that nobody waits for any more; they can be replayed like others that failed. */
@ApiTags('deliveries')
@Controller('api/v1')
export class GivingUpController {
  constructor(private readonly deliveries: DeliveriesService) {}

  @Post('deliveries/:id/give-up')
  @HttpCode(200)
  @AdmitsEditors()
  @ApiOperation({ summary: 'Let a waiting delivery fail without another attempt' })
  @ApiOkResponse({ type: DeliveryResponse })
  @ApiProblems(409)
  async giveUp(@CurrentTenant() tenant: Tenant, @Param('id', IdPipe) id: string): Promise<DeliveryResponse> {
    return this.deliveries.giveUp(tenant, id);
  }

  @Post('integrations/:integration_id/give-up')
  @HttpCode(200)
  @AdmitsEditors()
  @ApiOperation({ summary: 'Let all that wait for an integration fail, but for attempts under way' })
  @ApiOkResponse({ type: GivenUpResponse })
  async giveUpAllOfIntegration(
    @CurrentTenant() tenant: Tenant,
    @Param('integration_id', IdPipe) id: string,
  ): Promise<GivenUpResponse> {
    return new GivenUpResponse(await this.deliveries.giveUpAll(tenant, { type: 'integration', id }));
  }

  @Post(['storages/:storage_id/give-up', 'storage/:storage_id/give-up'])
  @HttpCode(200)
  @AdmitsEditors()
  @ApiOperation({ summary: 'Let all that wait for a storage fail, but for attempts under way' })
  @ApiOkResponse({ type: GivenUpResponse })
  async giveUpAllOfStorage(
    @CurrentTenant() tenant: Tenant,
    @Param('storage_id', IdPipe) id: string,
  ): Promise<GivenUpResponse> {
    return new GivenUpResponse(await this.deliveries.giveUpAll(tenant, { type: 'storage', id }));
  }
}
