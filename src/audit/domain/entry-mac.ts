import type { RowMac } from '../../encryption/domain/row-mac.js';

/** An entry at its place, as it was written. */
export interface WrittenEntry {
  readonly leafIndex: number;
  /** RFC 6962 leaf hash of the event. */
  readonly leafHash: Uint8Array;
}

/** What the head says of entries from before MACs. */
export interface MacMark {
  /** Entries with a smaller leaf index may have no MAC; null: each has one. */
  readonly from: number | null;
  readonly mac: Uint8Array | null;
}

/** The MAC that a gateway writes beside an entry: nobody else can append one. 32 bytes. */
export function entryMac(mac: RowMac, { leafIndex, leafHash }: WrittenEntry): Uint8Array {
  return mac.of('audit_entries', [leafIndex, leafHash]);
}

/** Whether a gateway has appended this event at this place; false where there is no MAC. */
export function isAppended(
  mac: RowMac,
  entry: WrittenEntry & { readonly mac: Uint8Array | null },
): boolean {
  return mac.isOf(entry.mac, 'audit_entries', [entry.leafIndex, entry.leafHash]);
}

/** The mark by which an operator says that the entries below are the gateway's. */
export function macMark(mac: RowMac, from: number): MacMark {
  return { from, mac: mac.of('audit_head', [from]) };
}

/** The first entry that must have a MAC; undefined where somebody else has made the mark. */
export function firstWithMac(mac: RowMac, mark: MacMark): number | undefined {
  if (mark.from === null) return 0;
  return mac.isOf(mark.mac, 'audit_head', [mark.from]) ? mark.from : undefined;
}
