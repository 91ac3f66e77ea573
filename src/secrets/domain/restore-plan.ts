import { type FieldError, invalidAt } from '../../core/errors/sallyport-error.js';
import { refuseIfAny } from './field-errors.js';
import { type KeyChanges, isUnchanged, keyChanges } from './key-changes.js';
import type { PastContent } from './past-secrets.js';
import {
  type ValueAccess,
  type WritePlan,
  hasSameMetadata,
  immutableReason,
  immutableValueErrors,
} from './replace-plan.js';
import type { SecretRef, StoredSecret } from './secret.js';
import { isClusterCredentialType } from './secret-types.js';
import { holdsServiceAccountToken } from './service-account-token.js';

/** Returns why a state is never restored; undefined if it may be. */
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
 * Plans to restore a past state: an update of the live object, or a create if the Secret is
 * deleted. Owners and finalizers of the live object stay; a new object has none. Without
 * `mayReadValues`, the plan depends on no stored value. Throws Invalid.
 */
export function planRestore(
  ref: SecretRef,
  stored: StoredSecret | undefined,
  past: PastContent & ValueAccess,
): WritePlan {
  const reason = notRestorableReason(past);
  if (reason !== undefined) throw invalidAt('/version', reason);
  const { namespace, name } = ref;
  const { type, immutable, labels, annotations, data, mayReadValues } = past;
  const manifest = { namespace, name, type, immutable, labels, annotations, data };
  if (stored === undefined) {
    return { kind: 'create', manifest, changes: keyChanges(new Map(), data), unchanged: false };
  }
  const changes = keyChanges(stored.data, data);
  refuseIfAny(fixedFieldErrors(stored, past, mayReadValues ? changes : undefined));
  const { uid, resourceVersion, ownerReferences, finalizers } = stored;
  return {
    kind: 'update',
    manifest: { ...manifest, uid, resourceVersion, ownerReferences, finalizers },
    changes,
    unchanged: mayReadValues && isUnchanged(changes) && hasSameMetadata(stored, manifest),
  };
}

function fixedFieldErrors(
  stored: StoredSecret,
  past: PastContent,
  changes: KeyChanges | undefined,
): FieldError[] {
  const errors: FieldError[] = [];
  if (past.type !== stored.type) {
    errors.push({ pointer: '/type', reason: 'the live Secret is of another type' });
  }
  if (!stored.immutable) return errors;
  if (!past.immutable) errors.push({ pointer: '/immutable', reason: immutableReason });
  return [...errors, ...immutableValueErrors(changes)];
}
