import type { RowMac, RowValue } from '../../../encryption/domain/row-mac.js';

/** Position of a receiver in the outbox. */
export interface SinkPlace {
  readonly sink: string;
  readonly next_index: number;
  readonly mac: Uint8Array | null;
}

/** Returns the values of a position that its MAC covers. */
export function placeValues({ sink, next_index }: Omit<SinkPlace, 'mac'>): readonly RowValue[] {
  return [sink, next_index];
}

/** Returns the MAC of a receiver's position: advancing it would hide entries from the receiver. */
export function placeMac(mac: RowMac, sink: string, nextIndex: number): Uint8Array {
  return mac.of('audit_outbox', placeValues({ sink, next_index: nextIndex }));
}

/** Returns the next leaf index for a receiver; undefined if no gateway wrote it. */
export function knownPlace(mac: RowMac, row: SinkPlace): number | undefined {
  const isOurs = mac.isOf(row.mac, 'audit_outbox', placeValues(row));
  return isOurs ? row.next_index : undefined;
}
