import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../../../core/http/problems/api-problems.decorator.js';
import { iotSupportSays } from '../../../core/http/problems/iot-support-says.rules.js';
import { AdmitsEditors } from '../../auth/access.decorator.js';
import { CurrentPrincipal, type Principal } from '../../auth/principal.decorator.js';
import { authorOf } from '../author.rules.js';
import { ConfigAssignments } from './config-assignments.service.js';
import { AssignConfigRequest } from './dto/assign-config.request.js';
import { AssignmentResponse } from './dto/assignment.response.js';

/** One config for many devices. */
@ApiTags('configs')
@Controller('api/configs/assignments')
export class ConfigAssignmentsController {
  constructor(private readonly assignments: ConfigAssignments) {}

  @Post()
  @HttpCode(200)
  @AdmitsEditors()
  @RouteConfig({ alsoSays: iotSupportSays })
  @ApiOperation({
    operationId: 'assignConfig',
    summary: 'Give every device that wears a label a config made of a template',
    description:
      'Devices for which it cannot be done are named and left as they are. However many there are, 500 are one transaction: ' +
      'a request that was broken off is sent again, and goes on where it was, since equal content is no change.',
  })
  @ApiOkResponse({ type: AssignmentResponse })
  @ApiProblems(404)
  async assign(
    @CurrentPrincipal() principal: Principal,
    @Body() request: AssignConfigRequest,
  ): Promise<AssignmentResponse> {
    return this.assignments.assign(principal.tenant, request, authorOf(principal));
  }
}
