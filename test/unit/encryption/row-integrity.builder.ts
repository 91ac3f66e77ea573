import { type KeyObject, createSecretKey } from 'node:crypto';
import { RowMac } from '../../../src/encryption/domain/row-mac.js';
import { RowIntegrity } from '../../../src/encryption/row-integrity.js';

/** A key of MACs that is the same in all tests, or another one. */
export function rowKeyOf(fill = 7): KeyObject {
  return createSecretKey(Buffer.alloc(32, fill));
}

export function rowMac(fill?: number): RowMac {
  return new RowMac(rowKeyOf(fill));
}

export function rowIntegrity(alarms: string[] = [], fill?: number): RowIntegrity {
  return new RowIntegrity(rowMac(fill), (message) => void alarms.push(message));
}

/** What histories are opened with. */
export function sealedRows(alarms: string[] = []) {
  return { rowKey: rowKeyOf(), mac: rowMac(), integrity: rowIntegrity(alarms) };
}
