import { element, integer } from './fixtures.js';

const identifiers = {
  dsa: '2a8648ce380401',
  dh: '2a864886f70d010301',
  unknown: '2a0304',
} as const;

/** Returns PKCS #8 of DSA or DH, without the public key, which OpenSSL would compute. */
export function costlyKey(algorithm: keyof typeof identifiers, sizeBytes: number): Buffer {
  const parameters = element(0x30, integer(sizeBytes), integer(32), integer(sizeBytes - 1));
  const identifier = element(6, Buffer.from(identifiers[algorithm], 'hex'));
  return element(
    0x30,
    element(2, Buffer.alloc(1)),
    element(0x30, identifier, parameters),
    element(4, integer(sizeBytes)),
  );
}

/** Returns PKCS #1 with a modulus of any size, whose numbers fit to nothing. */
export function rsaKey(sizeBytes: number): Buffer {
  const half = Math.ceil(sizeBytes / 2);
  const sizes = [sizeBytes, 3, sizeBytes, half, half, half, half, half];
  return element(0x30, element(2, Buffer.alloc(1)), ...sizes.map(integer));
}
