import { type DynamicModule, Module } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import type { Config } from '../platform/config/config.schema.js';
import { configuredResources } from '../core/configured-resource.js';
import { AccessReviewsService } from './access-reviews.service.js';
import { AccessService } from './access.service.js';
import { NamedRules } from './domain/named-rules.js';
import { ServedNamespaces } from './domain/served-namespaces.js';
import { AccessResolver } from './graphql/access.resolver.js';
import { AccessController } from './rest/access.controller.js';

@Module({})
export class AccessModule {
  static with({ kubectl }: Pick<Config, 'kubectl'>): DynamicModule {
    const configured = kubectl.enabled ? configuredResources(kubectl.resources) : [];
    return {
      module: AccessModule,
      controllers: [AccessController],
      providers: [
        AccessResolver,
        {
          provide: AccessReviewsService,
          inject: [AuditService, AccessService, ServedNamespaces, NamedRules],
          useFactory: (
            audit: AuditService,
            access: AccessService,
            served: ServedNamespaces,
            rules: NamedRules,
          ) => new AccessReviewsService({ audit, access, served, rules, configured }),
        },
      ],
      exports: [AccessReviewsService],
    };
  }
}
