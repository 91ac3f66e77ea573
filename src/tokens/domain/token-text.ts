import { crc32 } from 'node:zlib';

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const ID_CHARACTERS = 16;
/** 62^43 is just more than 2^256. */
const SECRET_CHARACTERS = 43;
const CRC_CHARACTERS = 6;
const TOKEN = new RegExp(
  `^sp_([0-9A-Za-z]{${ID_CHARACTERS}})_([0-9A-Za-z]{${SECRET_CHARACTERS}})_` +
    `([0-9A-Za-z]{${CRC_CHARACTERS}})$`,
);

export const TOKEN_PREFIX = 'sp_';
/** Number of random bytes of an id and a secret. */
export const ID_BYTES = 11;
export const SECRET_BYTES = 32;

export interface TokenParts {
  readonly id: string;
  readonly secret: string;
}

/** Returns an id made of this many random bytes. */
export function toTokenId(random: Uint8Array): string {
  return toBase62(random, ID_CHARACTERS);
}

/**
 * Formats `sp_<id>_<secret>_<crc>`: the checksum detects typing errors, and lets scanners of leaked
 * secrets confirm a find without a query.
 */
export function formatToken(id: string, random: Uint8Array): string {
  const body = `${TOKEN_PREFIX}${id}_${toBase62(random, SECRET_CHARACTERS)}`;
  return `${body}_${checksum(body)}`;
}

/** Parses a token; undefined for an invalid form. */
export function parseToken(text: string): TokenParts | undefined {
  const [, id, secret, crc] = TOKEN.exec(text) ?? [];
  if (id === undefined || secret === undefined) return undefined;
  return crc === checksum(`${TOKEN_PREFIX}${id}_${secret}`) ? { id, secret } : undefined;
}

function checksum(body: string): string {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, crc32(body));
  return toBase62(bytes, CRC_CHARACTERS);
}

/** Encodes the bytes as one number, padded to this many characters. */
function toBase62(bytes: Uint8Array, characters: number): string {
  let rest = BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
  let text = '';
  for (; rest > 0n; rest /= 62n) text = `${BASE62[Number(rest % 62n)]}${text}`;
  return text.padStart(characters, '0');
}
