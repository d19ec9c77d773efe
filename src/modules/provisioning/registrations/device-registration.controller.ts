import { Body, Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import {
  ApiAcceptedResponse,
  ApiBody,
  ApiExtraModels,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
  getSchemaPath,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { clientOf } from '../../../core/http/client.js';
import { ApiProblems } from '../../../core/http/problems/api-problems.decorator.js';
import { isPlainObject } from '../../../core/json/is-plain-object.js';
import { JudgedByHandler } from '../../auth/access.decorator.js';
import { documentZeroSays } from '../document-000-problems.rules.js';
import { LocalRegistrations } from '../local-registrations.service.js';
import { LocalRegistrationRequest, RegistrationRequest } from './dto/registration.request.js';
import { LocalRegistrationResponse, RegistrationResponse } from './dto/registration.response.js';
import { registrationIn } from './registration-body.rules.js';
import { RegistrationDesk } from './registration-desk.js';
import { RegistrationsService } from './registrations.service.js';

/** Where devices of document 000 register, and where this instance is told to register elsewhere. */
@ApiTags('device')
@Controller()
export class DeviceRegistrationController {
  constructor(
    private readonly desk: RegistrationDesk,
    private readonly registrations: RegistrationsService,
    private readonly local: LocalRegistrations,
  ) {}

  @Post('api/v1/device/register')
  @HttpCode(200)
  @JudgedByHandler()
  @RouteConfig({ alsoSays: documentZeroSays })
  @ApiOperation({
    operationId: 'registerDeviceOrThisInstance',
    summary: 'Register a device with a provisioning key; with apiEndpoint, this instance with another one',
    description:
      'The same request again is the same registration: a device that lost the answer asks again. An `apiEndpoint` in the body asks this instance to register with another one, which only superusers may.',
  })
  @ApiExtraModels(RegistrationRequest, LocalRegistrationRequest, RegistrationResponse, LocalRegistrationResponse)
  @ApiBody({ schema: eitherOf(RegistrationRequest, LocalRegistrationRequest) })
  @ApiOkResponse({ schema: eitherOf(RegistrationResponse, LocalRegistrationResponse) })
  @ApiAcceptedResponse({ type: LocalRegistrationResponse })
  @ApiProblems(404, 409, 422, 429, 502)
  async registerHereOrElsewhere(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Body() body: unknown,
  ): Promise<object> {
    if (!isPlainObject(body) || !('apiEndpoint' in body)) return this.register(request, body);
    const answer = await this.local.take(request, body);
    reply.status(answer.status);
    return answer.body;
  }

  @Post(['api/device/register', 'device/register'])
  @HttpCode(200)
  @JudgedByHandler()
  @RouteConfig({ alsoSays: documentZeroSays })
  @ApiOperation({
    operationId: 'registerDeviceByKey',
    summary: 'Register a device with a provisioning key',
    description: 'The same request again is the same registration: a device that lost the answer asks again.',
  })
  @ApiBody({ type: RegistrationRequest })
  @ApiOkResponse({ type: RegistrationResponse })
  @ApiProblems(409, 422, 429, 502)
  async register(@Req() request: FastifyRequest, @Body() body: unknown): Promise<RegistrationResponse> {
    const principal = await this.desk.admit(request);
    const registered = await this.registrations.register(principal, registrationIn(body), clientOf(request).address);
    return new RegistrationResponse(registered);
  }
}

function eitherOf(one: Parameters<typeof getSchemaPath>[0], other: Parameters<typeof getSchemaPath>[0]) {
  return { oneOf: [{ $ref: getSchemaPath(one) }, { $ref: getSchemaPath(other) }] };
}
