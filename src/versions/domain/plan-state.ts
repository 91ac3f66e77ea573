import { isNoNewer } from './resource-version.js';

/** What is compared of a history's end with a state that comes next. */
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
  /** The history has it, or is beyond it. */
  | { readonly kind: 'past' }
  /** Differs in nothing that is kept. */
  | { readonly kind: 'same' }
  | { readonly kind: 'new'; readonly isGap: boolean };

/**
 * What a state is to a history that ends with `head`. Another replica may be ahead of this one:
 * what is older than the head is past. A list finds what has become of a Secret, not on which way.
 */
export function planState(head: ComparedHead | undefined, state: ComparedState): StateVerdict {
  if (head === undefined) return { kind: 'new', isGap: false };
  const { uid, resourceVersion, isListed } = state;
  const isOfHead = head.secretUid === uid;
  // A restored cluster counts from below; what it lists under a uid of its own is there for sure.
  if (isNoNewer(resourceVersion, head.resourceVersion) && (isOfHead || !isListed)) {
    return { kind: 'past' };
  }
  const { last } = head;
  const isSame = last?.secretUid === uid && Buffer.from(state.fingerprint).equals(last.fingerprint);
  return isSame ? { kind: 'same' } : { kind: 'new', isGap: isListed };
}
