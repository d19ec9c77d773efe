import { SigningKeyRotation } from '../modules/auth/signing/signing-key-rotation.service.js';
import { WrongUsage, type Command } from './command.js';
import { withCommandApp } from './command-app.js';

/** Replaces the key that signs access tokens before its time. */
export const rotateSigningKey: Command = {
  parameters: '[--revoke]',
  summary: 'announces a new key for access tokens; --revoke: the old ones are worth nothing from now on',
  async run(args) {
    const [option, ...rest] = args;
    if (rest.length > 0 || (option !== undefined && option !== '--revoke')) throw new WrongUsage();
    return withCommandApp((app) => {
      const rotation = app.get(SigningKeyRotation);
      return option === undefined ? announce(rotation) : revoke(rotation);
    });
  },
};

async function announce(rotation: SigningKeyRotation): Promise<string> {
  const { id, algorithm, activatesAt } = await rotation.rotate();
  return `The key ${id} (${algorithm}) signs access tokens from ${activatesAt.toISOString()} on. Older ones stay good until their end.`;
}

async function revoke(rotation: SigningKeyRotation): Promise<string> {
  const count = await rotation.revoke();
  return `${count} keys are gone and a new one signs. Every access token is refused within 30 seconds; clients refresh theirs.`;
}
