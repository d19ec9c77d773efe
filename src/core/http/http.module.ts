import { Global, Module } from '@nestjs/common';
import { APP_FILTER, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { AdmissionGate } from './admission/admission-gate.js';
import { PagingInterceptor } from './paging/paging.interceptor.js';
import { ProblemFilter } from './problems/problem.filter.js';
import { RequestValidationPipe } from './request-validation.pipe.js';
import { RouteTable } from './route-table.js';
import { ShortRoads } from './short-roads.js';

/** What every request passes on its way in and out. */
@Global()
@Module({
  providers: [
    AdmissionGate,
    ProblemFilter,
    RouteTable,
    ShortRoads,
    { provide: APP_PIPE, useClass: RequestValidationPipe },
    { provide: APP_INTERCEPTOR, useClass: PagingInterceptor },
    { provide: APP_FILTER, useExisting: ProblemFilter },
  ],
  exports: [AdmissionGate, RouteTable, ShortRoads],
})
export class HttpModule {}
