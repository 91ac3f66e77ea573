import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { AuthGuard } from '../../auth/auth.guard.js';
import { ErrorFilter } from './error.filter.js';
import { RequestTerms } from './request-terms.js';

/** What holds for every route of Nest. */
@Module({})
export class HttpModule {
  static with(terms: RequestTerms): DynamicModule {
    return {
      module: HttpModule,
      global: true,
      providers: [
        { provide: APP_GUARD, useClass: AuthGuard },
        { provide: APP_FILTER, useClass: ErrorFilter },
        { provide: RequestTerms, useValue: terms },
      ],
      exports: [RequestTerms],
    };
  }
}
