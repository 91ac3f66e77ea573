import { limits } from '../core/limits.js';
import type { RowMac, RowValue, SealedTable } from './domain/row-mac.js';

/** A row of the database as it was read. */
export interface ReadRow {
  /** What operators know it by; never a value. */
  readonly name: string;
  readonly values: readonly RowValue[];
  readonly mac: Uint8Array | null;
}

/**
 * Makes and checks the MACs of rows, and tells of each row that has a wrong one: once a row, and of
 * so many rows.
 */
export class RowIntegrity {
  readonly #mac: RowMac;
  readonly #onAlarm: (message: string) => void;
  readonly #told = new Set<string>();

  constructor(mac: RowMac, onAlarm: (message: string) => void) {
    this.#mac = mac;
    this.#onAlarm = onAlarm;
  }

  macOf(table: SealedTable, values: readonly RowValue[]): Uint8Array {
    return this.#mac.of(table, values);
  }

  /** Whether a gateway has written these values; tells nobody. */
  isOurs(table: SealedTable, values: readonly RowValue[], mac: Uint8Array | null): boolean {
    return this.#mac.isOf(mac, table, values);
  }

  /** Whether a gateway has written this row as it is; tells where it has not. */
  holds(table: SealedTable, { name, values, mac }: ReadRow): boolean {
    if (this.#mac.isOf(mac, table, values)) return true;
    this.tell(table, name);
    return false;
  }

  /** Tells of a row that is not as the gateway has written it. */
  tell(table: SealedTable, name: string): void {
    const row = `${table} ${JSON.stringify(name.slice(0, limits.tamperedNameCharactersMax))}`;
    if (this.#told.has(row) || this.#told.size >= limits.tamperedRowsNamedMax) return;
    this.#told.add(row);
    this.#onAlarm(
      `a row of the database was not written by a gateway with this key, and is not used: ${row}`,
    );
  }

  /** What operators are told; undefined while nothing was found. */
  get problem(): string | undefined {
    const [first] = this.#told;
    if (first === undefined) return undefined;
    const others = this.#told.size - 1;
    const more = others === 0 ? '' : ` and ${others} more`;
    return `rows of the database were changed by somebody else: ${first}${more}`;
  }
}
