/** A log, and one of its entries. */
export interface LogAt {
  readonly size: number;
  readonly prunedBelow: number;
  /** Of the entry; undefined where it is not there. */
  readonly leafHash: Uint8Array | undefined;
}

/** How much of a log an index has, and the hash of the last entry of it. */
interface Indexed {
  readonly indexedBelow: number;
  readonly prunedBelow: number;
  readonly leafHash: Uint8Array | undefined;
}

/** Whether an index is of this log, with the entry that it has last. */
export function isIndexOf(index: Indexed, log: LogAt): boolean {
  if (index.indexedBelow > log.size || index.prunedBelow > log.prunedBelow) return false;
  // Nothing that it has would be left.
  if (index.indexedBelow < log.prunedBelow) return false;
  const { leafHash } = index;
  const isEmpty = index.indexedBelow === index.prunedBelow;
  if (leafHash === undefined) return isEmpty || log.leafHash === undefined;
  if (index.indexedBelow === log.prunedBelow) return false;
  return log.leafHash !== undefined && Buffer.compare(leafHash, log.leafHash) === 0;
}
