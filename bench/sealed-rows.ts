import { createSecretKey } from 'node:crypto';
import { RowMac } from '../src/encryption/domain/row-mac.js';
import { RowIntegrity } from '../src/encryption/row-integrity.js';

/** What histories are opened with, under a key that is the same for whoever fills and reads. */
export function sealedRows() {
  const rowKey = createSecretKey(Buffer.alloc(32, 1));
  const mac = new RowMac(rowKey);
  return { rowKey, mac, integrity: new RowIntegrity(mac, (message) => console.error(message)) };
}
