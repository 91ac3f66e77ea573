import { createSecretKey } from 'node:crypto';
import { RowMac } from '../../../src/encryption/domain/row-mac.js';
import { RowIntegrity } from '../../../src/encryption/row-integrity.js';

/** MACs under a key that is the same in all tests, or under another one. */
export function rowMac(fill = 7): RowMac {
  return new RowMac(createSecretKey(Buffer.alloc(32, fill)));
}

export function rowIntegrity(alarms: string[] = [], fill?: number): RowIntegrity {
  return new RowIntegrity(rowMac(fill), (message) => void alarms.push(message));
}
