import { limits } from '../core/limits.js';
import type { RowMac, RowValue, SealedTable } from './domain/row-mac.js';

/** Row of the database as read. */
export interface ReadRow {
  /** Name for operators; never a value. */
  readonly name: string;
  readonly values: readonly RowValue[];
  readonly mac: Uint8Array | null;
}

/**
 * Creates and checks the MACs of rows, and reports rows with a wrong MAC: each row once, up to a
 * limit.
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

  /** Reports whether a gateway has written these values; raises no alarm. */
  isOurs(table: SealedTable, values: readonly RowValue[], mac: Uint8Array | null): boolean {
    return this.#mac.isOf(mac, table, values);
  }

  /** Reports whether a gateway has written this row as it is; raises an alarm if not. */
  holds(table: SealedTable, { name, values, mac }: ReadRow): boolean {
    if (this.#mac.isOf(mac, table, values)) return true;
    this.tell(table, name);
    return false;
  }

  /** Raises an alarm for a row that differs from what the gateway has written. */
  tell(table: SealedTable, name: string): void {
    const row = `${table} ${JSON.stringify(name.slice(0, limits.tamperedNameCharactersMax))}`;
    if (this.#told.has(row) || this.#told.size >= limits.tamperedRowsNamedMax) return;
    this.#told.add(row);
    this.#onAlarm(
      `a row of the database was not written by a gateway with this key, and is not used: ${row}`,
    );
  }

  /** Returns the problem for operators; undefined if nothing was found. */
  get problem(): string | undefined {
    const [first] = this.#told;
    if (first === undefined) return undefined;
    const others = this.#told.size - 1;
    const more = others === 0 ? '' : ` and ${others} more`;
    return `rows of the database were changed by somebody else: ${first}${more}`;
  }
}
