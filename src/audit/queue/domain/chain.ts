import { createHash } from 'node:crypto';
import type { RowMac, RowValue } from '../../../encryption/domain/row-mac.js';
import type { EntryPlace } from '../../domain/entry-place.js';
import { leafHash } from '../../domain/leaf-hash.js';
import type { EntrySource, EntryStage, LogEntry } from '../../domain/log-entry.js';

/** Entry in the queue, linked to the one before by the same writer. */
export interface QueuedEntry {
  readonly writer: number;
  readonly sequence: number;
  readonly stage: EntryStage;
  readonly source: EntrySource;
  /** For `outcome` and `joined`: the entry that began the call. */
  readonly call: EntryPlace | undefined;
  readonly event: Uint8Array;
  /** Running hash of the writer's chain before this entry. */
  readonly previous: Uint8Array;
  readonly mac: Uint8Array;
}

/** End of a writer's chain: the number of its last entry, and the running hash after that. */
export interface ChainTail {
  readonly writer: number;
  readonly sequence: number;
  readonly hash: Uint8Array;
}

/** Tables whose rows have such an end. */
export type TailTable = 'audit_chains' | 'audit_integrated';

/** Running hash before the first entry of a chain. */
export const CHAIN_START: Uint8Array = new Uint8Array(32);

/** Returns the end of a chain without entries. */
export function chainStart(writer: number): ChainTail {
  return { writer, sequence: 0, hash: CHAIN_START };
}

/** Links entries to the end of a chain; returns them, and the new end. */
export function linked(
  entries: readonly LogEntry[],
  tail: ChainTail,
  mac: RowMac,
): { readonly rows: readonly QueuedEntry[]; readonly tail: ChainTail } {
  const { writer } = tail;
  let { sequence, hash } = tail;
  const rows = entries.map(({ json, stage, call, source = 'gateway' }) => {
    sequence += 1;
    const event = Buffer.from(json, 'utf8');
    const link = { writer, sequence, stage, source, call, event, previous: hash };
    const row = { ...link, mac: mac.of('audit_queue', valuesOf(link)) };
    hash = hashAfter(row);
    return row;
  });
  return { rows, tail: { writer, sequence, hash } };
}

/** Returns the running hash after an entry. */
export function hashAfter({ previous, mac }: Pick<QueuedEntry, 'previous' | 'mac'>): Buffer {
  return createHash('sha256').update(previous).update(mac).digest();
}

/** Reports whether a gateway has queued this entry at this place, after that running hash. */
export function isLinked(row: QueuedEntry, mac: RowMac): boolean {
  return mac.isOf(row.mac, 'audit_queue', valuesOf(row));
}

/** Returns the MAC of a stored end of a chain. */
export function tailMac(mac: RowMac, table: TailTable, tail: ChainTail): Uint8Array {
  return mac.of(table, [tail.writer, tail.sequence, tail.hash]);
}

/** Reports whether a gateway has stored this end of a chain. */
export function isTail(
  mac: RowMac,
  table: TailTable,
  { writer, sequence, hash, mac: stored }: ChainTail & { readonly mac: Uint8Array },
): boolean {
  return mac.isOf(stored, table, [writer, sequence, hash]);
}

function valuesOf(entry: Omit<QueuedEntry, 'mac'>): readonly RowValue[] {
  const { writer, sequence, stage, source, call, event, previous } = entry;
  const [callIndex, callWriter, callSequence] = placeColumns(call);
  return [
    ...[writer, sequence, previous, leafHash(event), stage, source],
    ...[callIndex, callWriter, callSequence],
  ];
}

/** Returns the columns of a place: leaf index, writer and sequence. */
export function placeColumns(
  place: EntryPlace | undefined,
): readonly [number | null, number | null, number | null] {
  if (place === undefined) return [null, null, null];
  if (typeof place === 'number') return [place, null, null];
  return [null, place.writer, place.sequence];
}
