import type { ParsedShare, ShareSpec } from './share-spec.js';

/** Share as its consumer sees it before an import exists: never the name of the Secret. */
export interface OfferedShare {
  /** The share, as an import names it. */
  readonly from: { readonly namespace: string; readonly share: string };
  readonly keys: readonly string[];
  /** RFC 3339; null: no end is stated. */
  readonly expiresAt: string | null;
  readonly delivery: ShareSpec['delivery'];
  /** Whether the share names the caller, or no subjects. */
  readonly subjects: 'All' | 'Named';
}

/** Returns what a share that is offered to a namespace shows there. */
export function offerOf(
  { object }: Pick<ParsedShare, 'object'>,
  { keys, to, expiresAt, delivery }: ShareSpec,
  namespace: string,
): OfferedShare {
  const subjects = to.find((one) => one.namespace === namespace)?.subjects;
  return {
    from: { namespace: object.namespace, share: object.name },
    keys,
    expiresAt: expiresAt ?? null,
    delivery,
    subjects: subjects === undefined ? 'All' : 'Named',
  };
}
