import { element } from '../../schemas/domain/kinds/fixtures.js';

const oid = (hex: string) => element(6, Buffer.from(hex, 'hex'));
const empty = element(0x30);

/** Algorithm and key of a certificate, in DER. */
export interface PublicKeyParts {
  readonly algorithm: string;
  readonly parameters: Buffer;
  readonly point: Buffer;
}

const p224 = oid('2b81040021');
export const ecKey = '2a8648ce3d0201';
export const uncompressed = { algorithm: ecKey, parameters: p224, point: Buffer.of(0, 4, 1, 1) };
export const compressed = { ...uncompressed, point: Buffer.of(0, 2, 1) };
export const explicit = { ...uncompressed, parameters: empty };
export const rsa = {
  algorithm: '2a864886f70d010101',
  parameters: element(5),
  point: Buffer.of(0, 2),
};

/** Returns a certificate of a key, whose other parts are empty. */
export function certificateOf(
  { algorithm, parameters, point }: PublicKeyParts,
  { isVersion1 = false, pointTag = 3 } = {},
): Buffer {
  const key = element(0x30, element(0x30, oid(algorithm), parameters), element(pointTag, point));
  const version = isVersion1 ? Buffer.alloc(0) : element(0xa0, element(2, Buffer.of(2)));
  const serial = element(2, Buffer.of(1));
  const body = element(0x30, version, serial, empty, empty, empty, empty, key);
  return element(0x30, body, empty, element(3, Buffer.of(0)));
}
