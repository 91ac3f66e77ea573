import { Inject, Injectable } from '@nestjs/common';
import { AccessService } from '../access/access.service.js';
import { ServedNamespaces } from '../access/domain/served-namespaces.js';
import { CallRunner } from '../calls/call-runner.service.js';
import { Clock } from '../core/clock.js';
import { IdempotencyService } from '../platform/idempotency/idempotency.service.js';
import { SecretStore } from '../secrets/domain/secret.store.js';
import { WatchedNamespaces } from '../versions/domain/secret-feed.js';
import { RotationPolicies } from './domain/rotation-policies.js';
import { RotationStore } from './domain/rotation.store.js';
import { RotationRunner } from './engine/rotation-runner.js';

/** Dependencies of callers' reads and changes of rotations. */
@Injectable()
export class RotationDependencies {
  readonly access: AccessService;
  readonly served: ServedNamespaces;
  readonly calls: CallRunner;
  readonly idempotency: IdempotencyService;
  readonly clock: Clock;
  readonly namespaces: Pick<WatchedNamespaces, 'known' | 'confirm'>;
  readonly secrets: Pick<SecretStore, 'get'>;
  readonly policies: RotationPolicies;
  readonly store: RotationStore;
  readonly engine: Pick<RotationRunner, 'nudge' | 'nextRunMs' | 'authorOf'>;

  constructor(
    access: AccessService,
    served: ServedNamespaces,
    calls: CallRunner,
    idempotency: IdempotencyService,
    clock: Clock,
    @Inject(WatchedNamespaces) namespaces: Pick<WatchedNamespaces, 'known' | 'confirm'>,
    @Inject(SecretStore) secrets: Pick<SecretStore, 'get'>,
    policies: RotationPolicies,
    store: RotationStore,
    @Inject(RotationRunner) engine: Pick<RotationRunner, 'nudge' | 'nextRunMs' | 'authorOf'>,
  ) {
    this.access = access;
    this.served = served;
    this.calls = calls;
    this.idempotency = idempotency;
    this.clock = clock;
    this.namespaces = namespaces;
    this.secrets = secrets;
    this.policies = policies;
    this.store = store;
    this.engine = engine;
  }
}
