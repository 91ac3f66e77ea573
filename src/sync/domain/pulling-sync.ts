import type { ParsedSync, SyncSpec } from './sync-spec.js';

/**
 * Returns the other sync that may pull a key of this sync into the same Secret; undefined if there
 * is none. Of two, the older one may: so that each replica decides alike.
 */
export function earlierPuller(
  sync: ParsedSync,
  others: Iterable<ParsedSync>,
): ParsedSync | undefined {
  const { spec } = sync;
  if (spec === undefined || !pulls(spec)) return undefined;
  for (const other of others) {
    const isOther = other.object.uid !== sync.object.uid && other.spec !== undefined;
    if (isOther && pulls(other.spec) && shareKey(spec, other.spec) && isEarlier(other, sync)) {
      return other;
    }
  }
  return undefined;
}

function pulls({ direction }: SyncSpec): boolean {
  return direction !== 'push';
}

function shareKey(one: SyncSpec, other: SyncSpec): boolean {
  if (one.secretName !== other.secretName) return false;
  if (one.keys === undefined || other.keys === undefined) return true;
  const names = new Set(one.keys.map(({ name }) => name));
  return other.keys.some(({ name }) => names.has(name));
}

function isEarlier({ object: one }: ParsedSync, { object: other }: ParsedSync): boolean {
  if (one.createdMs !== other.createdMs) return one.createdMs < other.createdMs;
  return one.uid < other.uid;
}
