import type { INestApplicationContext } from '@nestjs/common';
import { KeyRotation, type RotatedColumn } from '../core/crypto/rotation/key-rotation.js';
import { Transactions } from '../core/database/transactions.js';
import type { Tx } from '../core/database/tx.js';
import { AuditService } from '../modules/auth/audit/audit.service.js';
import { AuthService } from '../modules/auth/auth.service.js';
import { SecretsLeftBehind } from './secrets-left-behind.error.js';
import { WrongUsage, type Command } from './command.js';
import { withCommandApp } from './command-app.js';

const saidEvery = 1_000;

/** Second step of a change of SECRET_KEY, while servers run that know both (docs/operations.md). */
export const rotateKeys: Command = {
  parameters: '',
  summary: 'puts every stored secret under SECRET_KEY; run it again if it was cut off',
  async run(args) {
    if (args.length > 0) throw new WrongUsage();
    const columns = await withCommandApp(rotate);
    const table = columns.map(
      ({ name, total, rewrapped, unreadable }) =>
        `  ${name}: ${total} in all, ${rewrapped} put under the new key${unreadable === 0 ? '' : `, ${unreadable} unreadable`}`,
    );
    if (columns.some(({ unreadable }) => unreadable > 0)) throw new SecretsLeftBehind(table);
    return ['Every secret is under SECRET_KEY; what SECRET_KEY_PREVIOUS names is needed no more.', ...table].join('\n');
  },
};

async function rotate(app: INestApplicationContext): Promise<RotatedColumn[]> {
  const columns = await app.get(KeyRotation).run(sayProgress());
  const tenant = await app.get(AuthService).ensureDefaultTenant();
  const subject = { kind: 'secrets', id: 'all', name: null };
  const report = {
    columns: columns.map(({ name, total, rewrapped, unreadable }) => ({ name, total, rewrapped, unreadable })),
  };
  const record = (tx: Tx) =>
    app.get(AuditService, { strict: false }).record(tx, tenant, { action: 'secrets.rotated', subject, report });
  await app.get(Transactions).run(record);
  return columns;
}

/** A line now and then, on stderr: the command's answer stays the only thing on stdout. */
function sayProgress(): (soFar: RotatedColumn) => void {
  let said = 0;
  return ({ name, total, rewrapped }) => {
    if (rewrapped < said) said = 0;
    if (rewrapped - said < saidEvery) return;
    said = rewrapped;
    process.stderr.write(`${name}: ${rewrapped} of ${total}\n`);
  };
}
