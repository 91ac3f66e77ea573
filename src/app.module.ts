import { type DynamicModule, Module } from '@nestjs/common';
import { AccessReviewsModule } from './access/access-reviews.module.js';
import { AdmissionModule } from './admission/admission.module.js';
import { StoragePrerequisitesModule } from './app/storage-prerequisites.module.js';
import { StoredRowsModule } from './app/stored-rows.module.js';
import { AuditQueriesModule } from './audit/audit-queries.module.js';
import { IngestModule } from './audit/ingest/ingest.module.js';
import { AuthModule } from './auth/auth.module.js';
import { ConsumersModule } from './consumers/consumers.module.js';
import { EnvironmentsModule } from './environments/environments.module.js';
import { KubectlModule } from './kubectl/kubectl.module.js';
import type { KubeConfigSource } from './kubernetes/kube-config-source.js';
import { KubernetesModule } from './kubernetes/kubernetes.module.js';
import { NamespacesModule } from './namespaces/namespaces.module.js';
import { GraphqlModule } from './platform/graphql/graphql.module.js';
import { MainHealthController } from './platform/health/main-health.controller.js';
import { type PlatformDependencies, PlatformModule } from './platform/platform.module.js';
import { RotationModule } from './rotation/rotation.module.js';
import { SchemasModule } from './schemas/schemas.module.js';
import { SealingModule } from './sealing/sealing.module.js';
import { SecretsModule } from './secrets/secrets.module.js';
import { SharesModule } from './shares/shares.module.js';
import { SyncModule } from './sync/sync.module.js';
import { TokensModule } from './tokens/tokens.module.js';
import { VersionsModule } from './versions/versions.module.js';

/** Which features there are. */
@Module({})
export class AppModule {
  /** `sandbox`: how to reach the one that is running, if there is one. */
  static with(platform: PlatformDependencies, sandbox?: KubeConfigSource): DynamicModule {
    return {
      module: AppModule,
      controllers: [MainHealthController],
      imports: [
        PlatformModule.with(platform),
        KubernetesModule.with(sandbox),
        StoragePrerequisitesModule,
        GraphqlModule,
        AuthModule,
        AccessReviewsModule,
        AuditQueriesModule,
        IngestModule,
        NamespacesModule,
        SecretsModule,
        SealingModule,
        VersionsModule,
        ConsumersModule,
        RotationModule,
        SchemasModule,
        AdmissionModule,
        SharesModule,
        EnvironmentsModule,
        SyncModule,
        KubectlModule,
        TokensModule,
        StoredRowsModule,
      ],
    };
  }
}
