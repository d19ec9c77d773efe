import { Body, Controller, Delete, Get, HttpCode, Param, Put } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { IdPipe } from '../../../core/http/id.pipe.js';
import { ApiProblems } from '../../../core/http/problems/api-problems.decorator.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { AdmitsEditors, AdmitsReaders } from '../../auth/access.decorator.js';
import { CurrentTenant } from '../../auth/principal.decorator.js';
import { canonicalFilename } from '../asset-filename.rules.js';
import { FirmwareOfferResponse, OfferFirmwareRequest } from './dto/firmware-offer.js';
import { FirmwareService } from './firmware.service.js';

/** Which firmware a profile offers its devices. */
@ApiTags('firmware')
@Controller('api/v1/device-profiles/:id/firmware')
export class FirmwareOffersController {
  constructor(private readonly firmware: FirmwareService) {}

  @Get()
  @AdmitsReaders()
  @ApiOperation({ operationId: 'getFirmwareOffer', summary: 'Get which asset a profile offers as its firmware' })
  @ApiOkResponse({ type: FirmwareOfferResponse })
  async get(@CurrentTenant() tenant: Tenant, @Param('id', IdPipe) id: string): Promise<FirmwareOfferResponse> {
    return new FirmwareOfferResponse(await this.firmware.get(tenant, id));
  }

  @Put()
  @AdmitsEditors()
  @ApiOperation({ operationId: 'offerFirmware', summary: 'Offer devices of a profile an asset as their firmware' })
  @ApiOkResponse({ type: FirmwareOfferResponse })
  @ApiProblems(422)
  async offer(
    @CurrentTenant() tenant: Tenant,
    @Param('id', IdPipe) id: string,
    @Body() { filename, version }: OfferFirmwareRequest,
  ): Promise<FirmwareOfferResponse> {
    const wanted = { filename: canonicalFilename(filename), version: version ?? null };
    return new FirmwareOfferResponse(await this.firmware.offer(tenant, id, wanted));
  }

  @Delete()
  @HttpCode(204)
  @AdmitsEditors()
  @ApiOperation({ operationId: 'withdrawFirmware', summary: 'Offer devices of a profile no firmware any more' })
  @ApiNoContentResponse()
  async withdraw(@CurrentTenant() tenant: Tenant, @Param('id', IdPipe) id: string): Promise<void> {
    await this.firmware.withdraw(tenant, id);
  }
}
