import type { RowMac, RowValue } from '../../../encryption/domain/row-mac.js';

/** What the outbox says of a receiver. */
export interface SinkPlace {
  readonly sink: string;
  readonly next_index: number;
  readonly mac: Uint8Array | null;
}

/** What of a place is under its MAC. */
export function placeValues({ sink, next_index }: Omit<SinkPlace, 'mac'>): readonly RowValue[] {
  return [sink, next_index];
}

/** The MAC of how far a receiver has come: whoever moves it on hides entries from the receiver. */
export function placeMac(mac: RowMac, sink: string, nextIndex: number): Uint8Array {
  return mac.of('audit_outbox', placeValues({ sink, next_index: nextIndex }));
}

/** The leaf index that a receiver wants next; undefined where no gateway has written that. */
export function knownPlace(mac: RowMac, row: SinkPlace): number | undefined {
  const isOurs = mac.isOf(row.mac, 'audit_outbox', placeValues(row));
  return isOurs ? row.next_index : undefined;
}
