import { type DynamicModule, Module } from '@nestjs/common';
import { AccessService } from './access/access.service.js';
import { NamedRules } from './access/domain/named-rules.js';
import { ServedNamespaces } from './access/domain/served-namespaces.js';
import { StandingRights } from './access/standing-rights.service.js';
import { AuditService } from './audit/audit.service.js';
import { AUDIT_LOG } from './audit/log/open-audit-log.js';
import { ClusterReports } from './audit/ingest/cluster-reports.js';
import { ReportIntake } from './audit/ingest/report-intake.js';
import { ConsumersService } from './consumers/consumers.service.js';
import { RawUpstream } from './core/forwarding.js';
import { IdempotencyService } from './platform/idempotency/idempotency.service.js';
import type { Infrastructure } from './infrastructure.js';
import { Readiness } from './platform/health/readiness.js';
import { RefusalRecorder } from './platform/http/refusal-recorder.js';
import { NamespaceDirectory } from './namespaces/domain/namespace-directory.js';
import { ROTATION_PARTS } from './rotation/rotation-parts.js';
import { Renditions } from './secrets/cache/renditions.js';
import { SecretCache } from './secrets/domain/cache/secret-cache.js';
import { SecretDocuments } from './secrets/domain/cache/secret-documents.js';
import { PastSecrets } from './secrets/domain/past-secrets.js';
import { SecretHistory } from './secrets/domain/secret-history.js';
import { SecretStore } from './secrets/domain/secret.store.js';
import { TokensService } from './tokens/tokens.service.js';
import { AppLogger } from './platform/telemetry/app-logger.js';
import { Metrics } from './platform/telemetry/metrics.js';
import { VERSION_PARTS } from './versions/version-parts.js';

/** Hands what was opened before Nest to the features, under their ports. */
@Module({})
export class InfrastructureModule {
  static of(infrastructure: Infrastructure): DynamicModule {
    const providers = [
      { provide: AccessService, useValue: infrastructure.access },
      { provide: AuditService, useValue: infrastructure.audit },
      { provide: AUDIT_LOG, useValue: infrastructure.auditLog },
      { provide: ClusterReports, useValue: infrastructure.clusterReports },
      { provide: ReportIntake, useValue: infrastructure.reportIntake },
      { provide: ConsumersService, useValue: infrastructure.consumers },
      { provide: IdempotencyService, useValue: infrastructure.idempotency },
      { provide: RefusalRecorder, useValue: infrastructure.refusals },
      { provide: NamespaceDirectory, useValue: infrastructure.directory },
      { provide: PastSecrets, useValue: infrastructure.pastSecrets },
      { provide: VERSION_PARTS, useValue: infrastructure.versionParts },
      { provide: ROTATION_PARTS, useValue: infrastructure.rotationParts },
      { provide: SecretCache, useValue: infrastructure.secretCache.cache },
      { provide: SecretDocuments, useValue: infrastructure.secretCache.documents },
      { provide: Renditions, useValue: infrastructure.secretCache.renditions },
      { provide: SecretHistory, useValue: infrastructure.secretHistory },
      { provide: SecretStore, useValue: infrastructure.store },
      { provide: RawUpstream, useValue: infrastructure.upstream },
      { provide: StandingRights, useValue: infrastructure.standing },
      { provide: ServedNamespaces, useValue: infrastructure.served },
      { provide: NamedRules, useValue: infrastructure.namedRules },
      { provide: TokensService, useValue: infrastructure.tokens },
      { provide: AppLogger, useValue: infrastructure.logger },
      { provide: Metrics, useValue: infrastructure.metrics },
      { provide: Readiness, useValue: infrastructure.readiness },
    ];
    const exports = providers.map(({ provide }) => provide);
    return { module: InfrastructureModule, global: true, providers, exports };
  }
}
