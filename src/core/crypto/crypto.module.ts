import { Global, Module } from '@nestjs/common';
import { KeyRotation } from './rotation/key-rotation.js';
import { SecretBox } from './secret-box.js';

@Global()
@Module({ providers: [KeyRotation, SecretBox], exports: [KeyRotation, SecretBox] })
export class CryptoModule {}
