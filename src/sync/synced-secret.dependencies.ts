import { Injectable } from '@nestjs/common';
import { Metrics } from '../platform/telemetry/metrics.js';
import { SecretChecks } from '../secrets/domain/secret-checks.js';
import { SecretHistory } from '../secrets/domain/secret-history.js';
import { SecretStore } from '../secrets/domain/secret.store.js';
import { SharesService } from '../shares/shares.service.js';

/** Dependencies of the Secrets that syncs read and write. */
@Injectable()
export class SyncedSecretDependencies {
  readonly store: SecretStore;
  readonly history: SecretHistory;
  readonly checks: SecretChecks;
  readonly shares: SharesService;
  readonly metrics: Metrics;

  constructor(
    store: SecretStore,
    history: SecretHistory,
    checks: SecretChecks,
    shares: SharesService,
    metrics: Metrics,
  ) {
    this.store = store;
    this.history = history;
    this.checks = checks;
    this.shares = shares;
    this.metrics = metrics;
  }
}
