import { Injectable } from '@nestjs/common';
import { CallGate } from '../../access/domain/call-gate.js';
import { RbacChanges } from '../../access/domain/rbac-changes.js';
import { GatewayAccounts } from '../../core/gateway-accounts.js';
import { AuthorRights } from '../../custom-resources/domain/author-rights.js';
import { ObjectEvents } from '../../custom-resources/domain/object-events.js';
import { Database } from '../../platform/storage/database.js';
import { Metrics } from '../../platform/telemetry/metrics.js';
import type { ShareMetrics } from '../../platform/telemetry/share-metrics.js';
import { AppLogger } from '../../platform/telemetry/app-logger.js';
import { RotationStarts } from '../../rotation/domain/rotation-starts.js';
import { SecretCache } from '../../secrets/domain/cache/secret-cache.js';
import { SecretDocuments } from '../../secrets/domain/cache/secret-documents.js';
import { SecretHistory } from '../../secrets/domain/secret-history.js';
import { SecretChecks } from '../../secrets/domain/secret-checks.js';
import { SecretStore } from '../../secrets/domain/secret.store.js';
import { ShareDependencies } from '../shares.dependencies.js';

/** Dependencies of the work on copies. */
@Injectable()
export class CopyDependencies {
  readonly shares: ShareDependencies;
  readonly store: SecretStore;
  readonly checks: SecretChecks;
  readonly secrets: SecretCache;
  readonly documents: SecretDocuments;
  readonly history: SecretHistory;
  readonly accounts: GatewayAccounts;
  readonly events: ObjectEvents;
  readonly gate: CallGate;
  readonly rbac: RbacChanges;
  readonly rights: AuthorRights;
  readonly starts: RotationStarts;
  readonly database: Database;
  readonly logger: AppLogger;
  readonly metrics: ShareMetrics;

  constructor(
    shares: ShareDependencies,
    store: SecretStore,
    checks: SecretChecks,
    secrets: SecretCache,
    documents: SecretDocuments,
    history: SecretHistory,
    accounts: GatewayAccounts,
    events: ObjectEvents,
    gate: CallGate,
    rbac: RbacChanges,
    rights: AuthorRights,
    starts: RotationStarts,
    database: Database,
    logger: AppLogger,
    { shares: metrics }: Metrics,
  ) {
    this.shares = shares;
    this.store = store;
    this.checks = checks;
    this.secrets = secrets;
    this.documents = documents;
    this.history = history;
    this.accounts = accounts;
    this.events = events;
    this.gate = gate;
    this.rbac = rbac;
    this.rights = rights;
    this.starts = starts;
    this.database = database;
    this.logger = logger;
    this.metrics = metrics;
  }
}
