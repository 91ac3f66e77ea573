import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { CallsModule } from '../calls/calls.module.js';
import { AccessReviewsService } from './access-reviews.service.js';
import { AccessModule } from './access.module.js';
import { AccessResolver } from './graphql/access.resolver.js';
import { AccessController } from './rest/access.controller.js';

/** Reviews that callers request about themselves. */
@Module({
  imports: [AccessModule, AuditModule, CallsModule],
  controllers: [AccessController],
  providers: [AccessResolver, AccessReviewsService],
  exports: [AccessReviewsService],
})
export class AccessReviewsModule {}
