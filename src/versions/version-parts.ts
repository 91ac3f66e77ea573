import type { AccessService } from '../access/access.service.js';
import type { ServedNamespaces } from '../access/domain/served-namespaces.js';
import type { AuditService } from '../audit/audit.service.js';
import type { Clock } from '../core/clock.js';
import type { KeyRing } from '../encryption/key-ring.js';
import type { IdempotencyService } from '../platform/idempotency/idempotency.service.js';
import type { SecretHistory } from '../secrets/domain/secret-history.js';
import type { FollowedNamespaces } from './domain/secret-feed.js';
import type { VersionsStore } from './domain/versions.store.js';

/** What everything about versions stands on. */
export interface VersionParts {
  readonly store: VersionsStore;
  readonly keys: KeyRing;
  /** The uid of the cluster's `kube-system` namespace; throws Unavailable before it is known. */
  readonly cluster: () => string;
  readonly namespaces: Pick<FollowedNamespaces, 'known' | 'confirm'>;
  readonly history: SecretHistory;
  readonly access: AccessService;
  readonly served: ServedNamespaces;
  readonly audit: AuditService;
  readonly idempotency: IdempotencyService;
  readonly clock: Clock;
}

/** Under which Nest hands it out. */
export const VERSION_PARTS = Symbol('what versions stand on');
