import { Module } from '@nestjs/common';
import { SealedSecrets } from './sealed-secrets.js';

@Module({ providers: [SealedSecrets], exports: [SealedSecrets] })
export class OutboundModule {}
