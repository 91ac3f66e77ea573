import { Injectable } from '@nestjs/common';
import { CallGate } from '../../access/domain/call-gate.js';
import { CallRunner } from '../../calls/call-runner.service.js';
import { ConsumersService } from '../../consumers/consumers.service.js';
import type { CallContext } from '../../core/call-context.js';
import { Authors } from '../../custom-resources/authors.service.js';
import { Clock } from '../../core/clock.js';
import { GatewayAccounts } from '../../core/gateway-accounts.js';
import { AppLogger } from '../../platform/telemetry/app-logger.js';
import { Metrics } from '../../platform/telemetry/metrics.js';
import { SecretChecks } from '../../secrets/domain/secret-checks.js';
import { SecretHistory } from '../../secrets/domain/secret-history.js';
import { SecretStore } from '../../secrets/domain/secret.store.js';
import { VersionsStore } from '../../versions/domain/versions.store.js';
import { RetirementHolds } from '../domain/retirement-holds.js';
import { PolicyFeed, RotationPolicies } from '../domain/rotation-policies.js';
import { RotationStore } from '../domain/rotation.store.js';
import { Egress } from '../../platform/outbound/egress.js';
import { NotificationDispatcher } from '../notification-dispatcher.js';
import { PolicyRegistry } from './policy-registry.js';

/** Dependencies of running rotations. */
@Injectable()
export class RunnerDependencies {
  readonly book: PolicyRegistry;
  readonly store: RotationStore;
  readonly policies: RotationPolicies;
  readonly feed: PolicyFeed;
  readonly secrets: SecretStore;
  readonly checks: SecretChecks;
  readonly history: SecretHistory;
  readonly versions: VersionsStore;
  readonly consumers: ConsumersService;
  readonly holds: RetirementHolds;
  readonly authors: Authors;
  readonly gateway: CallGate;
  readonly egress: Egress;
  readonly outbox: NotificationDispatcher;
  readonly calls: CallRunner;
  readonly clock: Clock;
  readonly logger: AppLogger;
  readonly metrics: Metrics;
  readonly #accounts: GatewayAccounts;

  constructor(
    book: PolicyRegistry,
    store: RotationStore,
    policies: RotationPolicies,
    feed: PolicyFeed,
    secrets: SecretStore,
    checks: SecretChecks,
    history: SecretHistory,
    versions: VersionsStore,
    consumers: ConsumersService,
    holds: RetirementHolds,
    authors: Authors,
    gateway: CallGate,
    egress: Egress,
    outbox: NotificationDispatcher,
    calls: CallRunner,
    accounts: GatewayAccounts,
    clock: Clock,
    logger: AppLogger,
    metrics: Metrics,
  ) {
    this.book = book;
    this.store = store;
    this.policies = policies;
    this.feed = feed;
    this.secrets = secrets;
    this.checks = checks;
    this.history = history;
    this.versions = versions;
    this.consumers = consumers;
    this.holds = holds;
    this.authors = authors;
    this.gateway = gateway;
    this.egress = egress;
    this.outbox = outbox;
    this.calls = calls;
    this.clock = clock;
    this.logger = logger;
    this.metrics = metrics;
    this.#accounts = accounts;
  }

  /** Identity of the work: the broker. */
  readonly caller = (): CallContext => this.#accounts.broker();
}
