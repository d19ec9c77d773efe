import { Injectable } from '@nestjs/common';
import { SecretBox } from '../../core/crypto/secret-box.js';

/** Whose secret it is: a sealed text does not open in another row, nor as another kind of secret of the same. */
export type IdentitySecret = 'identity' | 'device key' | 'provisioning key';

/** Seals the keys of this instance for the database, and opens them again. */
@Injectable()
export class IdentitySecrets {
  constructor(private readonly box: SecretBox) {}

  seal(kind: IdentitySecret, id: string, plain: string): string {
    return this.box.seal(plain, `${kind}:${id}`);
  }

  open(kind: IdentitySecret, id: string, sealed: string): string {
    return this.box.open(sealed, `${kind}:${id}`);
  }
}
