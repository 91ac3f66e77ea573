import { Module } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { AccessReviewsService } from './access-reviews.service.js';
import { AccessService } from './access.service.js';
import { AccessResolver } from './graphql/access.resolver.js';
import { AccessController } from './rest/access.controller.js';

@Module({
  controllers: [AccessController],
  providers: [
    AccessResolver,
    {
      provide: AccessReviewsService,
      inject: [AuditService, AccessService],
      useFactory: (audit: AuditService, access: AccessService) =>
        new AccessReviewsService(audit, access),
    },
  ],
  exports: [AccessReviewsService],
})
export class AccessModule {}
