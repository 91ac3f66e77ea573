import { expect, it } from 'vitest';
import { FingerprintKey } from '../../../../src/platform/idempotency/fingerprint-key.js';
import { rowKeyOf } from '../../encryption/row-integrity.builder.js';

it('tells requests apart, the same way under the same key and no other', () => {
  const fingerprint = (fill: number, request: string | Uint8Array) =>
    new FingerprintKey(rowKeyOf(fill)).fingerprint(request);
  expect(fingerprint(1, 'x')).toEqual(fingerprint(1, Buffer.from('x')));
  expect(fingerprint(1, 'x')).not.toEqual(fingerprint(1, 'y'));
  expect(fingerprint(1, 'x')).not.toEqual(fingerprint(2, 'x'));
  expect(fingerprint(1, '')).toHaveLength(32);
});
