import { Buffer } from 'node:buffer';
import { expect, it } from 'vitest';
import { leafHash } from '../../../../src/audit/domain/leaf-hash.js';

it('hashes an empty leaf as the certificate transparency test vectors do', () => {
  expect(Buffer.from(leafHash(new Uint8Array())).toString('hex')).toBe(
    '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  );
});
