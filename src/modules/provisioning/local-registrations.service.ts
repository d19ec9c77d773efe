import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { LocalRegistrationUnavailable } from './registrations/registration.errors.js';

/** What the local half of `POST /api/v1/device/register` answers: 200 with the result, 202 while it is still tried. */
export interface LocalAnswer {
  status: 200 | 202;
  /** In document 000's words: `status`, `message`, `response`. */
  body: object;
}

/**
 * What the module with this instance's own identity does when the body of `POST /api/v1/device/register` has an
 * `apiEndpoint`: this instance registers with another one.
 *
 * Nobody was asked for a credential before: it decides itself who may, and throws as the guard would
 * (`Admittance.enter(request, { superuser: true })`). The body is a JSON object as it was sent; unknown fields are its to
 * judge. Errors get document 000's `error` and `message` by the route.
 *
 * @example
 * onModuleInit(): void {
 *   this.localRegistrations.register(this); // in identity, one floor up
 * }
 */
export interface LocalRegistration {
  register(request: FastifyRequest, body: Readonly<Record<string, unknown>>): Promise<LocalAnswer>;
}

/** Where this instance's own identity, one floor up, takes over the local half of a route that two modules share. */
@Injectable()
export class LocalRegistrations {
  private registered: LocalRegistration | undefined;

  /** Called once, in onModuleInit of the module that owns the identity. */
  register(registration: LocalRegistration): void {
    if (this.registered !== undefined) throw new Error('two modules register this instance');
    this.registered = registration;
  }

  async take(request: FastifyRequest, body: Readonly<Record<string, unknown>>): Promise<LocalAnswer> {
    if (this.registered === undefined) throw new LocalRegistrationUnavailable();
    return this.registered.register(request, body);
  }
}
