import { readFile } from 'node:fs/promises';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Settings } from '../../../core/config/settings.js';
import { rsaKeyOf, type RsaKey } from './rsa-key.rules.js';

/** The default tenant's key in SIGNING_KEY_PATH, as document 003 has it. The server does not start with one that is no use. */
@Injectable()
export class SigningKeyFile implements OnModuleInit {
  private read: RsaKey | null = null;

  constructor(private readonly settings: Settings) {}

  async onModuleInit(): Promise<void> {
    const { signingKeyPath } = this.settings;
    if (signingKeyPath === undefined) return;
    const key = rsaKeyOf(await textOf(signingKeyPath));
    if (typeof key === 'string') throw new Error(`SIGNING_KEY_PATH (${signingKeyPath}) ${key}`);
    this.read = key;
  }

  get key(): RsaKey | null {
    return this.read;
  }
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new Error(`SIGNING_KEY_PATH (${path}) cannot be read`, { cause: error });
  }
}
