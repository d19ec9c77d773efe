import { Controller, HttpCode, Post } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { StreamedBody, TakesBodyStream, type BodyStream } from '../../../core/http/body-stream.decorator.js';
import { ApiProblems } from '../../../core/http/problems/api-problems.decorator.js';
import { iotSupportSays } from '../../../core/http/problems/iot-support-says.rules.js';
import { Public } from '../../auth/access.decorator.js';
import { AssetUploadRequest } from '../dto/asset-upload.request.js';
import { AssetVersionResponse } from '../dto/asset.response.js';
import { AssetUploads } from './asset-uploads.service.js';

/** Where files come in. The signature is the credential: it says whose they are. */
@ApiTags('assets')
@Controller()
export class AssetUploadsController {
  constructor(private readonly uploads: AssetUploads) {}

  @Post(['api/assets/upload', 'api/assets'])
  @HttpCode(200)
  @Public()
  @TakesBodyStream({ alsoSays: iotSupportSays })
  @ApiOperation({
    operationId: 'uploadAsset',
    summary: 'Upload a signed file: the next version of the asset of its name',
    description:
      'At most ASSETS_MAX_BYTES. A file is visible when it is whole, on disk and proven; else nothing of it is.',
  })
  @ApiConsumes('multipart/form-data')
  @ApiBody({ type: AssetUploadRequest })
  @ApiOkResponse({ type: AssetVersionResponse })
  @ApiProblems(503)
  async upload(@StreamedBody() body: BodyStream): Promise<AssetVersionResponse> {
    return new AssetVersionResponse(await this.uploads.receive(body));
  }
}
