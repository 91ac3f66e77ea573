import { createSecretKey } from 'node:crypto';
import { RowMac } from '../src/encryption/domain/row-mac.js';

/** The key of the MACs of rows, as good as one that a gateway has made. */
export const rowKey = createSecretKey(Buffer.alloc(32, 7));
export const rowMac = new RowMac(rowKey);
