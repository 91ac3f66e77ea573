import { Inject, Injectable } from '@nestjs/common';
import { AccessService } from '../access/access.service.js';
import { ServedNamespaces } from '../access/domain/served-namespaces.js';
import { CallRunner } from '../calls/call-runner.service.js';
import { Clock } from '../core/clock.js';
import { KeyRing } from '../encryption/key-ring.js';
import { IdempotencyService } from '../platform/idempotency/idempotency.service.js';
import { SecretHistory } from '../secrets/domain/secret-history.js';
import { ClusterIdentity, WatchedNamespaces } from './domain/secret-feed.js';
import { VersionsStore } from './domain/versions.store.js';

/** Dependencies of reads and writes of versions. */
@Injectable()
export class VersionDependencies {
  readonly store: VersionsStore;
  readonly keys: KeyRing;
  /** Returns the uid of the cluster's `kube-system`; throws Unavailable before it is known. */
  readonly cluster: () => string;
  readonly namespaces: Pick<WatchedNamespaces, 'known' | 'confirm'>;
  readonly history: SecretHistory;
  readonly access: AccessService;
  readonly served: ServedNamespaces;
  readonly calls: CallRunner;
  readonly idempotency: IdempotencyService;
  readonly clock: Clock;

  constructor(
    store: VersionsStore,
    keys: KeyRing,
    cluster: ClusterIdentity,
    @Inject(WatchedNamespaces) namespaces: Pick<WatchedNamespaces, 'known' | 'confirm'>,
    history: SecretHistory,
    access: AccessService,
    served: ServedNamespaces,
    calls: CallRunner,
    idempotency: IdempotencyService,
    clock: Clock,
  ) {
    this.store = store;
    this.keys = keys;
    this.cluster = () => cluster.get();
    this.namespaces = namespaces;
    this.history = history;
    this.access = access;
    this.served = served;
    this.calls = calls;
    this.idempotency = idempotency;
    this.clock = clock;
  }
}
