import type { RowMac, RowValue } from '../../encryption/domain/row-mac.js';
import type { AuditEntries } from '../../platform/storage/schema.js';
import type { EntrySource, EntryStage } from './log-entry.js';

/** Entry at its position, with the columns besides the event, as written. */
export interface WrittenEntry {
  readonly leafIndex: number;
  /** RFC 6962 leaf hash of the event. */
  readonly leafHash: Uint8Array;
  readonly stage: EntryStage;
  readonly callIndex: number;
  readonly source: EntrySource;
}

/** Converts a stored row. */
export function writtenEntry(
  row: AuditEntries,
): WrittenEntry & { readonly mac: Uint8Array | null } {
  const { leaf_index: leafIndex, leaf_hash: leafHash, call_index: callIndex, ...others } = row;
  return { leafIndex, leafHash, callIndex, ...others };
}

/** The head's mark about entries older than MACs. */
export interface MacMark {
  /** Entries with a smaller leaf index may have no MAC; null: each has one. */
  readonly from: number | null;
  readonly mac: Uint8Array | null;
  /** Leaf hash of the entry before; undefined if that entry is pruned, or never existed. */
  readonly lastHash: Uint8Array | undefined;
}

/** Returns the MAC of an entry, 32 bytes: only a gateway can append an entry with a MAC. */
export function entryMac(mac: RowMac, entry: WrittenEntry): Uint8Array {
  return mac.of('audit_entries', valuesOf(entry));
}

/**
 * Reports whether a gateway has appended this event at this position: by its MAC, which entries
 * below `macsFrom` may lack.
 */
export function isAppended(
  mac: RowMac,
  entry: WrittenEntry & { readonly mac: Uint8Array | null },
  macsFrom: number,
): boolean {
  return entry.leafIndex < macsFrom || mac.isOf(entry.mac, 'audit_entries', valuesOf(entry));
}

function valuesOf(entry: WrittenEntry): readonly RowValue[] {
  return [entry.leafIndex, entry.leafHash, entry.stage, entry.callIndex, entry.source];
}

/**
 * Returns the MAC of an operator's mark that the entries below are the gateway's. It covers the
 * leaf hash of the last such entry, so the mark is useless in another log.
 */
export function markMac(mac: RowMac, from: number, lastHash: Uint8Array): Uint8Array {
  return mac.of('audit_head', [from, lastHash]);
}

/** Returns the first entry that must have a MAC; undefined if no gateway made the mark. */
export function firstWithMac(
  mac: RowMac,
  { from, mac: kept, lastHash }: MacMark,
  prunedBelow: number,
): number | undefined {
  if (from === null) return 0;
  // All entries that the mark covered are signed, and pruned.
  if (from <= prunedBelow) return 0;
  if (lastHash === undefined) return undefined;
  return mac.isOf(kept, 'audit_head', [from, lastHash]) ? from : undefined;
}
