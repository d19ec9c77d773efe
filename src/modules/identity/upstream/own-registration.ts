import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { RequestValidationPipe } from '../../../core/http/request-validation.pipe.js';
import { OperatorAccess } from '../../auth/operator-access.service.js';
import {
  LocalRegistrations,
  type LocalAnswer,
  type LocalRegistration,
} from '../../provisioning/local-registrations.service.js';
import { IdentityRegisterRequest } from '../dto/register.request.js';
import { hintOf } from '../identity.rules.js';
import type { KnownIdentity } from '../identity.service.js';
import { UpstreamRegistrationsService } from './upstream-registrations.service.js';

/** The local half of `POST /api/v1/device/register`: with an `apiEndpoint` this instance registers there. */
@Injectable()
export class OwnRegistration implements LocalRegistration, OnModuleInit {
  private readonly validation = new RequestValidationPipe();

  constructor(
    private readonly localRegistrations: LocalRegistrations,
    private readonly operators: OperatorAccess,
    private readonly registrations: UpstreamRegistrationsService,
  ) {}

  onModuleInit(): void {
    this.localRegistrations.register(this);
  }

  async register(request: FastifyRequest, body: Readonly<Record<string, unknown>>): Promise<LocalAnswer> {
    await this.operators.enter(request);
    const asked: unknown = await this.validation.transform(body, { type: 'body', metatype: IdentityRegisterRequest });
    if (!(asked instanceof IdentityRegisterRequest)) throw new Error('a checked request is of its class');
    return answerOf(await this.registrations.register(asked));
  }
}

function answerOf({ identity, apiKey, registration }: KnownIdentity): LocalAnswer {
  const { uuid, deviceId, deviceName, registeredAt } = identity;
  if (registration?.state === 'linked') {
    const key = apiKey === null ? {} : { apiKey: hintOf(apiKey) };
    const response = { deviceId, uuid, deviceName, ...key, registeredAt: registeredAt?.getTime() };
    return { status: 200, body: { status: 'success', message: 'Device registered with API', response } };
  }
  const { lastError = null, failures = 0, nextAttemptAt } = registration ?? {};
  return {
    status: 202,
    body: {
      status: 'pending',
      message: 'The registration goes on in the background',
      response: { uuid, failures, lastError, nextAttemptAt: nextAttemptAt?.getTime() ?? null },
    },
  };
}
