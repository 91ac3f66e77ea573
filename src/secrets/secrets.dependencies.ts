import { Inject, Injectable } from '@nestjs/common';
import { AccessService } from '../access/access.service.js';
import { ServedNamespaces } from '../access/domain/served-namespaces.js';
import { AuthorizationMonitor } from '../access/authorization-monitor.service.js';
import { AuditService } from '../audit/audit.service.js';
import { CallRunner } from '../calls/call-runner.service.js';
import type { Config } from '../platform/config/config.schema.js';
import { CONFIG } from '../platform/config/config.token.js';
import { DenialBeforeFaultStore } from './cache/denial-before-fault.store.js';
import { SecretCache } from './domain/cache/secret-cache.js';
import { SecretDocuments } from './domain/cache/secret-documents.js';
import { SecretHistory } from './domain/secret-history.js';
import { SecretChecks } from './domain/secret-checks.js';
import type { SecretStore } from './domain/secret.store.js';
import type { TypeRules } from './domain/secret-types.js';
import { RepresentationRenderer } from './read/representation-renderer.js';

/** Dependencies of reads, lists, watches and writes of Secrets. */
@Injectable()
export class SecretDependencies {
  readonly calls: CallRunner;
  readonly audit: AuditService;
  readonly access: AccessService;
  readonly served: ServedNamespaces;
  readonly standing: AuthorizationMonitor;
  readonly store: SecretStore;
  readonly cache: SecretCache;
  readonly documents: SecretDocuments;
  readonly states: RepresentationRenderer;
  readonly history: SecretHistory;
  /** Rules of each type of Secret for its keys. */
  readonly rules: TypeRules;
  /** Rules for keys and values, of types and schemas. */
  readonly checks: SecretChecks;

  constructor(
    calls: CallRunner,
    audit: AuditService,
    access: AccessService,
    served: ServedNamespaces,
    standing: AuthorizationMonitor,
    store: DenialBeforeFaultStore,
    cache: SecretCache,
    documents: SecretDocuments,
    states: RepresentationRenderer,
    history: SecretHistory,
    checks: SecretChecks,
    @Inject(CONFIG) { secrets }: Config,
  ) {
    this.calls = calls;
    this.audit = audit;
    this.access = access;
    this.served = served;
    this.standing = standing;
    this.store = store;
    this.cache = cache;
    this.documents = documents;
    this.states = states;
    this.history = history;
    this.rules = secrets;
    this.checks = checks;
  }
}
