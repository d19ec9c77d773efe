import { Global, Module } from '@nestjs/common';
import { APP_FILTER, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { AdmissionGate } from './admission/admission-gate.js';
import { PagingInterceptor } from './paging/paging.interceptor.js';
import { ProblemFilter } from './problems/problem.filter.js';
import { RequestValidationPipe } from './request-validation.pipe.js';
import { RouteTable } from './route-table.js';

/** What every request passes on its way in and out. */
@Global()
@Module({
  providers: [
    AdmissionGate,
    RouteTable,
    { provide: APP_PIPE, useClass: RequestValidationPipe },
    { provide: APP_INTERCEPTOR, useClass: PagingInterceptor },
    { provide: APP_FILTER, useClass: ProblemFilter },
  ],
  exports: [AdmissionGate, RouteTable],
})
export class HttpModule {}
