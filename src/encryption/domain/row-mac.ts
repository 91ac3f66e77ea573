import { Buffer } from 'node:buffer';
import { type KeyObject, createHmac, timingSafeEqual } from 'node:crypto';

/** What a column holds. */
export type RowValue = string | number | Uint8Array | null;

/** What is under a MAC: part of a row that grants something, or that others rely on. */
export type SealedTable =
  | 'audit_entries'
  | 'audit_head'
  | 'audit_outbox'
  | 'access_tokens'
  | 'revoked_tokens'
  | 'idempotency_records'
  | 'rotation_authors'
  | 'rotation_schedules'
  | 'rotation_runs'
  | 'rotation_wishes'
  | 'rotation_outbox'
  | 'secret_histories'
  | 'secret_versions'
  | 'version_states'
  | 'version_aliases'
  | 'watch_cursors'
  | 'digest_elements'
  | 'digest_masks';

/**
 * HMAC-SHA-256 over what a row decides, under a key that the database does not have: whoever writes
 * the database can neither make such a row nor change one. A row that was valid once stays valid,
 * so what must not come back needs more than this. https://www.rfc-editor.org/rfc/rfc2104
 */
export class RowMac {
  readonly #key: KeyObject;

  /** `key`: 32 bytes that serve nothing else. */
  constructor(key: KeyObject) {
    this.#key = key;
  }

  /** 32 bytes. `values` stand in an order that never changes, or the table gets another name. */
  of(table: SealedTable, values: readonly RowValue[]): Buffer {
    return createHmac('sha256', this.#key).update(canonical(table, values)).digest();
  }

  /** Whether `mac` is that of these values; false where there is none. */
  isOf(mac: Uint8Array | null, table: SealedTable, values: readonly RowValue[]): boolean {
    if (mac === null) return false;
    const expected = this.of(table, values);
    return mac.byteLength === expected.byteLength && timingSafeEqual(mac, expected);
  }
}

/** Other values never give the same text: bytes are a list of one text, which no column is. */
function canonical(table: SealedTable, values: readonly RowValue[]): string {
  return JSON.stringify([table, ...values.map(member)]);
}

function member(value: RowValue): unknown {
  return value instanceof Uint8Array ? [base64Of(value)] : value;
}

function base64Of(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}
