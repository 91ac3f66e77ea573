/** Log, and one of its entries. */
export interface LogAt {
  readonly size: number;
  readonly prunedBelow: number;
  /** Hash of the entry; undefined if the entry is missing. */
  readonly leafHash: Uint8Array | undefined;
}

/** Indexed part of a log, and the hash of its last entry. */
interface Indexed {
  readonly indexedBelow: number;
  readonly prunedBelow: number;
  readonly leafHash: Uint8Array | undefined;
}

/** Reports whether an index is of this log, by its last entry. */
export function isIndexOf(index: Indexed, log: LogAt): boolean {
  if (index.indexedBelow > log.size || index.prunedBelow > log.prunedBelow) return false;
  // None of its entries would remain.
  if (index.indexedBelow < log.prunedBelow) return false;
  const { leafHash } = index;
  const isEmpty = index.indexedBelow === index.prunedBelow;
  if (leafHash === undefined) return isEmpty || log.leafHash === undefined;
  if (index.indexedBelow === log.prunedBelow) return false;
  return log.leafHash !== undefined && Buffer.compare(leafHash, log.leafHash) === 0;
}
