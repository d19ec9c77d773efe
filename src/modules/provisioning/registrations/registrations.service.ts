import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Admittance } from '../../auth/admittance.service.js';

/** What a device is told that has registered. */
export interface Registered {
  deviceId: string;
  uuid: string;
  deviceName: string;
  /** Null: it has one already. */
  key: string | null;
  registeredAt: Date;
}

/** Registers devices that bring a provisioning key. */
@Injectable()
export class RegistrationsService {
  constructor(private readonly admittance: Admittance) {}

  async register(request: FastifyRequest, _body: unknown): Promise<Registered> {
    await this.admittance.enter(request, { provisioningKey: true });
    throw new Error('there are no provisioning keys yet');
  }
}
