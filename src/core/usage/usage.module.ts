import { Global, Module } from '@nestjs/common';
import { Usages } from './usages.js';

@Global()
@Module({ providers: [Usages], exports: [Usages] })
export class UsageModule {}
