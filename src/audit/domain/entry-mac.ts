import type { RowMac, RowValue } from '../../encryption/domain/row-mac.js';
import type { AuditEntries } from '../../platform/storage/schema.js';
import type { EntrySource, EntryStage } from './log-entry.js';

/** An entry at its place, with what stands beside the event, as it was written. */
export interface WrittenEntry {
  readonly leafIndex: number;
  /** RFC 6962 leaf hash of the event. */
  readonly leafHash: Uint8Array;
  readonly stage: EntryStage;
  readonly callIndex: number;
  readonly source: EntrySource;
}

/** The same of a row as it is stored. */
export function writtenEntry(
  row: AuditEntries,
): WrittenEntry & { readonly mac: Uint8Array | null } {
  const { leaf_index: leafIndex, leaf_hash: leafHash, call_index: callIndex, ...others } = row;
  return { leafIndex, leafHash, callIndex, ...others };
}

/** What the head says of entries from before MACs. */
export interface MacMark {
  /** Entries with a smaller leaf index may have no MAC; null: each has one. */
  readonly from: number | null;
  readonly mac: Uint8Array | null;
  /** Leaf hash of the entry before; undefined where that entry is gone, or was never there. */
  readonly lastHash: Uint8Array | undefined;
}

/** The MAC that a gateway writes beside an entry: nobody else can append one. 32 bytes. */
export function entryMac(mac: RowMac, entry: WrittenEntry): Uint8Array {
  return mac.of('audit_entries', valuesOf(entry));
}

/**
 * Whether a gateway has appended this event at this place: by its MAC, which entries below
 * `macsFrom` may lack.
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
 * The MAC of the mark by which an operator says that the entries below are the gateway's, up to the
 * one with this leaf hash: the mark is of no use in another log.
 */
export function markMac(mac: RowMac, from: number, lastHash: Uint8Array): Uint8Array {
  return mac.of('audit_head', [from, lastHash]);
}

/** The first entry that must have a MAC; undefined where somebody else has made the mark. */
export function firstWithMac(
  mac: RowMac,
  { from, mac: kept, lastHash }: MacMark,
  prunedBelow: number,
): number | undefined {
  if (from === null) return 0;
  // All that the mark was about is signed, and gone.
  if (from <= prunedBelow) return 0;
  if (lastHash === undefined) return undefined;
  return mac.isOf(kept, 'audit_head', [from, lastHash]) ? from : undefined;
}
