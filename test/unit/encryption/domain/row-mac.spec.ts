import { describe, expect, it } from 'vitest';
import type { RowValue } from '../../../../src/encryption/domain/row-mac.js';
import { rowMac } from '../row-integrity.builder.js';

const bytes = Uint8Array.of(1, 2);
const values = ['a', 1, null, bytes] as const;

describe('the MAC of a row', () => {
  it('is that of the same values of the same table, under the same key', () => {
    const mac = rowMac().of('access_tokens', values);
    expect(mac).toHaveLength(32);
    expect(rowMac().isOf(mac, 'access_tokens', values)).toBe(true);
    expect(rowMac().isOf(mac, 'revoked_tokens', values)).toBe(false);
    expect(rowMac(8).isOf(mac, 'access_tokens', values)).toBe(false);
  });

  const others: readonly (readonly RowValue[])[] = [
    ['b', 1, null, bytes],
    ['a', 2, null, bytes],
    ['a', 1, '', bytes],
    ['a', 1, 'null', bytes],
    ['a', 1, null, Uint8Array.of(1, 3)],
    ['a', 1, null, 'AQI='],
    ['a', 1, null],
    ['a', 1, null, bytes, null],
    ['a","1', null, bytes],
    ['a', '1', null, bytes],
    [1, 'a', null, bytes],
  ];

  it.each(others)('tells other values from it: %j', (...other) => {
    const mac = rowMac().of('access_tokens', values);
    expect(rowMac().isOf(mac, 'access_tokens', other)).toBe(false);
  });

  it('of no length but its own is none', () => {
    const mac = rowMac().of('access_tokens', values);
    for (const wrong of [null, new Uint8Array(), mac.subarray(1), Buffer.concat([mac, mac])]) {
      expect(rowMac().isOf(wrong, 'access_tokens', values)).toBe(false);
    }
  });
});
