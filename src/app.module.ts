import { type DynamicModule, Module } from '@nestjs/common';
import { AccessModule } from './access/access.module.js';
import { AuditModule } from './audit/audit.module.js';
import { LogModule } from './audit/log/log.module.js';
import { IngestModule } from './audit/ingest/ingest.module.js';
import type { Config } from './platform/config/config.schema.js';
import { ConsumersModule } from './consumers/consumers.module.js';
import { GraphqlModule } from './platform/graphql/graphql.module.js';
import { MainHealthController } from './platform/health/main-health.controller.js';
import { HttpModule } from './platform/http/http.module.js';
import type { RequestTerms } from './platform/http/request-terms.js';
import type { Infrastructure } from './infrastructure.js';
import { InfrastructureModule } from './infrastructure.module.js';
import { KubectlModule } from './kubectl/kubectl.module.js';
import { NamespacesModule } from './namespaces/namespaces.module.js';
import { RotationModule } from './rotation/rotation.module.js';
import { SecretsModule } from './secrets/secrets.module.js';
import { TokensModule } from './tokens/tokens.module.js';
import { VersionsModule } from './versions/versions.module.js';

/** The composition root: which features there are. */
@Module({})
export class AppModule {
  static of(config: Config, infrastructure: Infrastructure, terms: RequestTerms): DynamicModule {
    const secrets = SecretsModule.with(config.secrets);
    return {
      module: AppModule,
      controllers: [MainHealthController],
      imports: [
        InfrastructureModule.of(infrastructure),
        HttpModule.with(terms),
        GraphqlModule,
        AccessModule.with(config),
        AuditModule,
        LogModule,
        IngestModule,
        NamespacesModule,
        secrets,
        VersionsModule.over(secrets),
        ConsumersModule,
        RotationModule,
        KubectlModule.with(config),
        TokensModule,
      ],
    };
  }
}
