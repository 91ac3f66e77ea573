import { type FactoryProvider, Module, type OnApplicationBootstrap } from '@nestjs/common';
import { AccessModule } from '../access/access.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { CallsModule } from '../calls/calls.module.js';
import { ClusterReports } from '../audit/ingest/cluster-reports.js';
import { IngestModule } from '../audit/ingest/ingest.module.js';
import { EncryptionModule } from '../encryption/encryption.module.js';
import { KeyMaterial } from '../encryption/key-material.js';
import { KeyRingModule } from '../encryption/key-ring.module.js';
import { RowIntegrity } from '../encryption/row-integrity.js';
import { Readiness } from '../platform/health/readiness.js';
import { IdempotencyModule } from '../platform/idempotency/idempotency.module.js';
import { Resources } from '../platform/lifecycle/resources.js';
import { Upkeep } from '../platform/lifecycle/upkeep.js';
import { Database } from '../platform/storage/database.js';
import { StorageModule } from '../platform/storage/storage.module.js';
import { Metrics } from '../platform/telemetry/metrics.js';
import { PastSecrets } from '../secrets/domain/past-secrets.js';
import { SecretHistory } from '../secrets/domain/secret-history.js';
import { VersionsStore } from './domain/versions.store.js';
import { HistoryRecording } from './history-recording.service.js';
import { HistoryReports } from './history-reports.js';
import { openVersionsStore } from './open-versions-store.js';
import { PastReads } from './past-reads.js';
import { VersionDependencies } from './version.dependencies.js';

const store: FactoryProvider<VersionsStore> = {
  provide: VersionsStore,
  inject: [Database, KeyMaterial, RowIntegrity, Resources],
  useFactory: (
    database: Database,
    { rowKey }: KeyMaterial,
    integrity: RowIntegrity,
    resources: Resources,
  ) => {
    const opened = openVersionsStore(database, { rowKey, integrity });
    resources.defer(() => opened.close());
    return opened;
  },
};

const history: FactoryProvider<SecretHistory> = {
  provide: SecretHistory,
  inject: [HistoryRecording],
  useFactory: (recording: HistoryRecording) => recording.history,
};

/** Histories of Secrets: recorded, and read by the features that need past states. */
@Module({
  imports: [
    StorageModule,
    EncryptionModule,
    KeyRingModule,
    IdempotencyModule,
    AccessModule,
    AuditModule,
    CallsModule,
    IngestModule,
  ],
  providers: [
    store,
    HistoryReports,
    HistoryRecording,
    history,
    VersionDependencies,
    { provide: PastSecrets, useClass: PastReads },
  ],
  exports: [VersionsStore, SecretHistory, PastSecrets, VersionDependencies],
})
export class HistoryModule implements OnApplicationBootstrap {
  readonly #recording: HistoryRecording;
  readonly #resources: Resources;

  constructor(
    recording: HistoryRecording,
    reports: ClusterReports,
    resources: Resources,
    readiness: Readiness,
    upkeep: Upkeep,
    metrics: Metrics,
  ) {
    this.#recording = recording;
    this.#resources = resources;
    reports.onBypass((report) => recording.noteBypass(report));
    readiness.addWarnings(() => recording.warnings());
    upkeep.add(() => recording.sweep());
    if (recording.isOn) metrics.watchHistory(() => recording.measure);
  }

  onApplicationBootstrap(): void {
    this.#resources.defer(() => this.#recording.stop());
    this.#recording.start();
  }
}
