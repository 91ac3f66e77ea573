import type { AccessService } from '../access/access.service.js';
import type { ServedNamespaces } from '../access/domain/served-namespaces.js';
import type { AuditService } from '../audit/audit.service.js';
import type { Clock } from '../core/clock.js';
import type { IdempotencyService } from '../platform/idempotency/idempotency.service.js';
import type { SecretStore } from '../secrets/domain/secret.store.js';
import type { FollowedNamespaces } from '../versions/domain/secret-feed.js';
import type { RotationPolicies } from './domain/rotation-policies.js';
import type { KnownPolicy } from './domain/rotation-policy.js';
import type { KnownAuthor, RotationStore } from './domain/rotation.store.js';

/** What the door of rotations stands on. */
export interface RotationParts {
  readonly access: AccessService;
  readonly served: ServedNamespaces;
  readonly audit: AuditService;
  readonly idempotency: IdempotencyService;
  readonly clock: Clock;
  readonly namespaces: Pick<FollowedNamespaces, 'known' | 'confirm'>;
  readonly secrets: Pick<SecretStore, 'get'>;
  readonly policies: RotationPolicies;
  readonly store: RotationStore;
  readonly engine: {
    /** There may be something to do. */
    nudge(): void;
    nextRunMs(policyUid: string): number | null;
    authorOf(known: KnownPolicy): Promise<KnownAuthor | undefined>;
  };
}

/** Under which Nest hands it out. */
export const ROTATION_PARTS = Symbol('what rotations stand on');
