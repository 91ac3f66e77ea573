import { createHmac, pbkdf2Sync } from 'node:crypto';
import { derChildren, derElements } from '../../../../../src/secrets/domain/der.js';
import { element } from './fixtures.js';

const END = Buffer.alloc(2);
const PART_BYTES = 100;
const identifiers = {
  pbmac1: '2a864886f70d01050e',
  pbkdf2: '2a864886f70d01050c',
  sha1: '2a864886f70d0207',
  sha256: '2a864886f70d0209',
  sha512: '2a864886f70d020b',
} as const;
type Hash = 'sha1' | 'sha256' | 'sha512';

const identifier = (name: keyof typeof identifiers): Buffer =>
  element(6, Buffer.from(identifiers[name], 'hex'));

/** Returns an integer of DER: a zero byte comes first if it would be negative without. */
export function number(value: number): Buffer {
  const digits = value.toString(16);
  const bytes = Buffer.from(digits.padStart(digits.length + (digits.length % 2), '0'), 'hex');
  return element(2, (bytes[0] ?? 0) > 127 ? Buffer.alloc(1) : Buffer.alloc(0), bytes);
}

interface Parts {
  readonly version: Buffer;
  readonly type: Buffer;
  readonly content: Buffer;
  readonly mac: Buffer;
}

/** Returns the parts of a store in DER, each as an element but for the content. */
export function partsOf(store: Buffer): Parts {
  const [version, safe, mac] = derChildren(derElements(store)?.[0]);
  const [type, wrapped] = derChildren(safe);
  const content = derChildren(wrapped)[0]?.content ?? END;
  return {
    version: element(2, version?.content ?? END),
    type: element(6, type?.content ?? END),
    content,
    mac: element(0x30, mac?.content ?? END),
  };
}

/** Returns the store with another MAC. */
export function withMac(store: Buffer, mac: Buffer): Buffer {
  const { version, type, content } = partsOf(store);
  const safe = element(0x30, type, element(0xa0, element(4, content)));
  return element(0x30, version, safe, mac);
}

/** Returns the store as Firefox and Bouncy Castle write it: marked ends, content in parts. */
export function inBer(store: Buffer): Buffer {
  const { version, type, content, mac } = partsOf(store);
  const marked = (tag: number, ...contents: readonly Buffer[]): Buffer =>
    Buffer.concat([Buffer.from([tag, 0x80]), ...contents, END]);
  const parts: Buffer[] = [];
  for (let at = 0; at < content.length; at += PART_BYTES) {
    parts.push(element(4, content.subarray(at, at + PART_BYTES)));
  }
  return marked(0x30, version, marked(0x30, type, marked(0xa0, marked(0x24, ...parts))), mac);
}

interface Pbmac1 {
  readonly password: string;
  readonly hash: Hash;
  readonly prf?: Hash;
  readonly rounds: number;
  readonly sizeBytes: number;
  /** Computes nothing: the rounds are too many. */
  readonly value?: Buffer;
}

/** Returns the store with the MAC of RFC 9579, as OpenSSL 3.4 and Java 26 write it. */
export function withPbmac1(store: Buffer, options: Pbmac1): Buffer {
  const { password, hash, prf = hash, rounds, sizeBytes } = options;
  const salt = Buffer.alloc(16, 7);
  const compute = (): Buffer => {
    const key = pbkdf2Sync(password, salt, rounds, sizeBytes, prf);
    return createHmac(hash, key).update(partsOf(store).content).digest();
  };
  const none = element(5);
  const prfElement = prf === 'sha1' ? [] : [element(0x30, identifier(prf), none)];
  const derivation = element(
    0x30,
    identifier('pbkdf2'),
    element(0x30, element(4, salt), number(rounds), number(sizeBytes), ...prfElement),
  );
  const parameters = element(0x30, derivation, element(0x30, identifier(hash), none));
  const algorithm = element(0x30, identifier('pbmac1'), parameters);
  const info = element(0x30, algorithm, element(4, options.value ?? compute()));
  return withMac(store, element(0x30, info, element(4, Buffer.from('NOT USED')), number(1)));
}

/** Returns the store with other rounds of its MAC, which is not computed anew. */
export function withRounds(store: Buffer, rounds: Buffer): Buffer {
  const [info, salt] = derChildren(derElements(partsOf(store).mac)?.[0]);
  const parts = [element(0x30, info?.content ?? END), element(4, salt?.content ?? END)];
  return withMac(store, element(0x30, ...parts, rounds));
}
