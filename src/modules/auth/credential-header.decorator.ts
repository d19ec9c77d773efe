import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { credentialHeaderOf } from './access.rules.js';
import type { AuthenticatedRequest } from './principal.decorator.js';

/** The name of the header whose credential let the caller in; null where none was sent. For what must not be passed on. */
export const CredentialHeader = createParamDecorator((_: unknown, context: ExecutionContext): string | null => {
  const { principal, headers } = context.switchToHttp().getRequest<AuthenticatedRequest>();
  // Who came in by a network sent no credential of ours.
  return principal?.kind === 'network' ? null : credentialHeaderOf(headers);
});
