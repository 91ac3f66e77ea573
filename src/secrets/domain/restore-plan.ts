import { type FieldError, invalidAt } from '../../core/errors/sallyport-error.js';
import { refuseIfAny } from './field-errors.js';
import { pointerTo } from './json-pointer.js';
import { type KeyChanges, isUnchanged, keyChanges } from './key-changes.js';
import type { PastContent } from './past-secrets.js';
import { type WritePlan, hasSameMetadata } from './replace-plan.js';
import type { SecretRef, StoredSecret } from './secret.js';
import { isClusterCredentialType } from './secret-types.js';
import { holdsServiceAccountToken } from './service-account-token.js';

/** Why a state is never brought back; undefined where it may be. */
export function notRestorableReason({
  type,
  data,
}: Pick<PastContent, 'type' | 'data'>): string | undefined {
  if (isClusterCredentialType(type)) {
    return 'Secrets of this type are credentials of the cluster and are not restored';
  }
  if (!holdsServiceAccountToken(data)) return undefined;
  return 'the version holds a token of a ServiceAccount, which restoring would make valid again';
}

/**
 * What makes a past state the current one: an update of what is there, or a create where the
 * Secret is gone. Owners and finalizers are those of the live object, and none of a new one. Throws
 * Invalid.
 */
export function planRestore(
  ref: SecretRef,
  stored: StoredSecret | undefined,
  past: PastContent,
): WritePlan {
  const reason = notRestorableReason(past);
  if (reason !== undefined) throw invalidAt('/version', reason);
  const { namespace, name } = ref;
  const { type, immutable, labels, annotations, data } = past;
  const manifest = { namespace, name, type, immutable, labels, annotations, data };
  if (stored === undefined) {
    return { kind: 'create', manifest, changes: keyChanges(new Map(), data), unchanged: false };
  }
  const changes = keyChanges(stored.data, data);
  refuseIfAny(fixedFieldErrors(stored, past, changes));
  const { uid, resourceVersion, ownerReferences, finalizers } = stored;
  return {
    kind: 'update',
    manifest: { ...manifest, uid, resourceVersion, ownerReferences, finalizers },
    changes,
    unchanged: isUnchanged(changes) && hasSameMetadata(stored, manifest),
  };
}

function fixedFieldErrors(
  stored: StoredSecret,
  past: PastContent,
  changes: KeyChanges,
): FieldError[] {
  const errors: FieldError[] = [];
  if (past.type !== stored.type) {
    errors.push({ pointer: '/type', reason: 'the live Secret is of another type' });
  }
  if (!stored.immutable) return errors;
  const reason = 'field is immutable when `immutable` is set';
  if (!past.immutable) errors.push({ pointer: '/immutable', reason });
  for (const key of [...changes.added, ...changes.changed, ...changes.removed]) {
    errors.push({ pointer: pointerTo('data', key), reason });
  }
  return errors;
}
