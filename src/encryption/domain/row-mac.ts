import { Buffer } from 'node:buffer';
import { type KeyObject, createHmac, timingSafeEqual } from 'node:crypto';

/** Value of a column. */
export type RowValue = string | number | Uint8Array | null;

/** Tables under a MAC: parts of their rows grant rights, or other rows rely on them. */
export type SealedTable =
  | 'audit_entries'
  | 'audit_head'
  | 'audit_chains'
  | 'audit_integrated'
  | 'audit_queue'
  | 'audit_spans'
  | 'audit_outbox'
  | 'access_tokens'
  | 'revoked_tokens'
  | 'custom_resource_authors'
  | 'custom_resource_facts'
  | 'idempotency_records'
  | 'rotation_authors'
  | 'rotation_schedules'
  | 'rotation_runs'
  | 'rotation_wishes'
  | 'rotation_outbox'
  | 'sealing_keys'
  | 'secret_histories'
  | 'secret_versions'
  | 'version_states'
  | 'version_aliases'
  | 'watch_cursors'
  | 'digest_elements'
  | 'digest_masks';

/**
 * HMAC-SHA-256 over the decisive values of a row, under a key outside the database. A database
 * writer can neither forge nor change such a row. A row that was valid once stays valid, so data
 * that must not come back needs more than this.
 * https://www.rfc-editor.org/rfc/rfc2104
 */
export class RowMac {
  readonly #key: KeyObject;

  /** `key`: 32 bytes for no other purpose. */
  constructor(key: KeyObject) {
    this.#key = key;
  }

  /** Returns 32 bytes. The order of `values` never changes, or the table gets another name. */
  of(table: SealedTable, values: readonly RowValue[]): Buffer {
    return createHmac('sha256', this.#key).update(canonical(table, values)).digest();
  }

  /** Reports whether `mac` belongs to these values; false if there is none. */
  isOf(mac: Uint8Array | null, table: SealedTable, values: readonly RowValue[]): boolean {
    if (mac === null) return false;
    const expected = this.of(table, values);
    return mac.byteLength === expected.byteLength && timingSafeEqual(mac, expected);
  }
}

/** Returns a text unique to these values: bytes are a list of one text, which no column is. */
function canonical(table: SealedTable, values: readonly RowValue[]): string {
  return JSON.stringify([table, ...values.map(member)]);
}

function member(value: RowValue): unknown {
  return value instanceof Uint8Array ? [base64Of(value)] : value;
}

function base64Of(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}
