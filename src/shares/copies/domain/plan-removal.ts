import type { CopyRecord } from './copy-record.js';
import type { CopyTarget } from './copy-target.js';
import { isOwn } from './plan-delivery.js';

export type RemovalPlan =
  /** Nothing of the import is there. */
  | { readonly kind: 'none' }
  /** The import created the Secret, and nobody else owns a key of it. */
  | { readonly kind: 'delete'; readonly target: CopyTarget }
  /** The Secret stays; keys that the import alone owns go. */
  | { readonly kind: 'release'; readonly target: CopyTarget };

/** Decides how a copy ends: only what the import still owns is taken away. */
export function planRemoval(target: CopyTarget | undefined, record: CopyRecord): RemovalPlan {
  if (target === undefined || !isOwn(target, record)) return { kind: 'none' };
  const { data, owned, ofOthers } = target;
  const isAlone = [...data.keys()].every((key) => owned.has(key) && !ofOthers.has(key));
  // Finalizers can keep a deleted Secret, and its values.
  if (record.isCreated && isAlone && !target.isBeingDeleted) return { kind: 'delete', target };
  return target.isManaged ? { kind: 'release', target } : { kind: 'none' };
}
