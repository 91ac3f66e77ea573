import { isNoNewer } from './resource-version.js';

/** Fields of a history's end that are compared with the next state. */
export interface ComparedHead {
  readonly secretUid: string;
  readonly resourceVersion: string;
  readonly last: { readonly secretUid: string; readonly fingerprint: Uint8Array } | undefined;
}

export interface ComparedState {
  readonly uid: string;
  readonly resourceVersion: string;
  readonly fingerprint: Uint8Array;
  /** Found by a list. */
  readonly isListed: boolean;
}

export type StateVerdict =
  /** The history has it, or is past it. */
  | { readonly kind: 'past' }
  /** Differs in nothing that is stored. */
  | { readonly kind: 'same' }
  | { readonly kind: 'new'; readonly isGap: boolean };

/**
 * Classifies a state relative to a history that ends with `head`. Another replica may be ahead: a
 * state older than the head is past. A list finds the result of changes to a Secret, not each
 * change.
 */
export function planState(head: ComparedHead | undefined, state: ComparedState): StateVerdict {
  if (head === undefined) return { kind: 'new', isGap: false };
  const { uid, resourceVersion, isListed } = state;
  const isOfHead = head.secretUid === uid;
  // A restored cluster counts from lower numbers; what it lists under another uid certainly exists.
  if (isNoNewer(resourceVersion, head.resourceVersion) && (isOfHead || !isListed)) {
    return { kind: 'past' };
  }
  const { last } = head;
  const isSame = last?.secretUid === uid && Buffer.from(state.fingerprint).equals(last.fingerprint);
  return isSame ? { kind: 'same' } : { kind: 'new', isGap: isListed };
}
