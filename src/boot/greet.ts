import type { Logger } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Settings } from '../core/config/settings.js';
import { withOrigin } from '../core/origin/origin.js';
import { AuthService } from '../modules/auth/auth.service.js';

/** Tells the operator where the server is, and, at the very first embedded start, how to get in. */
export async function greet(app: NestFastifyApplication, settings: Settings, logger: Logger): Promise<void> {
  if (settings.embedded && settings.egressAllowCidrs.length > 0) {
    logger.warn(
      `webhooks and brokers may reach ${settings.egressAllowCidrs.join(', ')} (set EGRESS_ALLOW_CIDRS=none to forbid it)`,
    );
  }
  const url = settings.publicUrl ?? (await app.getUrl());
  logger.log(
    { url, docs: `${url}/api/docs`, role: settings.role, embedded: settings.embedded },
    `Fieldline is ready at ${url}`,
  );
  if (!settings.embedded) return;
  const administrator = await withOrigin({ kind: 'system', reason: 'the first start' }, () =>
    app.get(AuthService).ensureFirstAdministrator(),
  );
  // Not into the log: logs are collected and kept, and this is shown once.
  if (administrator !== null) {
    process.stdout.write(
      `\n  Sign in as ${administrator.email} with the password ${administrator.password}\n  It is shown only now.\n\n`,
    );
  }
}
