import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { expect, it } from 'vitest';
import { keyDetails } from '../../../src/core/key-details.js';
import { rsaKey } from '../schemas/domain/kinds/costly-keys.js';

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' });

it.each([256, 2_048, 2_049, 12_500])(
  'the size of an RSA key of %d bytes leaves no error to the next operation',
  (sizeBytes) => {
    const key = createPrivateKey({ key: rsaKey(sizeBytes), format: 'der', type: 'pkcs1' });
    expect(keyDetails(key).modulusLength).toBeGreaterThan(8 * (sizeBytes - 1));
    expect(() => createPrivateKey(pem)).not.toThrow();
  },
);
