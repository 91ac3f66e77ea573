import { createSecureContext } from 'node:tls';
import { describe, expect, it } from 'vitest';
import {
  type BadRow,
  element,
  fixture,
  fixtureBytes,
  type GoodRow,
  itAllows,
  itRefuses,
} from './fixtures.js';
import { inBer, number, withMac, withPbmac1, withRounds } from './key-store-forms.js';
import { reasonsOf } from './verdict.js';

const password = 'changeit';
const file = (name: string): Buffer => fixtureBytes(`pkcs12/${name}`);
const modern = file('modern');
const unicode = 'pässwörd-鍵-🔑';
const pbmac1 = { password, hash: 'sha256', rounds: 2_048, sizeBytes: 32 } as const;

const fromOpenssl = [
  ['legacy-rc2', 'openssl -legacy'],
  ['legacy-3des', 'openssl -legacy -descert'],
  ['modern', 'openssl'],
  ['chain', 'openssl -certfile -name'],
  ['aes-sha1', 'openssl -macalg sha1'],
  ['sha224', 'openssl -macalg sha224'],
  ['sha384', 'openssl -macalg sha384'],
  ['sha512', 'openssl -macalg sha512'],
  ['sha512-256', 'openssl -macalg sha512-256'],
  ['sha3', 'openssl -macalg sha3-256'],
  ['iter1', 'openssl -iter 1'],
  ['nomaciter', 'openssl -nomaciter'],
  ['iter10000', 'openssl -iter 10000'],
  ['plain', 'openssl -keypbe NONE -certpbe NONE'],
  ['truststore', 'openssl -nokeys'],
  ['key-only', 'openssl -nocerts'],
  ['keytool', 'keytool -genkeypair'],
  ['keytool-trust', 'keytool -importcert'],
  ['keytool-secret', 'keytool -genseckey'],
  ['keytool-legacy', 'keytool of Java 15, with 100,000 rounds'],
] as const;

const good: readonly GoodRow[] = [
  ...fromOpenssl.map(([name, title]): GoodRow => [title, file(name), { password }]),
  ['an empty password', file('empty-password'), { password: '' }],
  ['a password in UTF-8', file('unicode'), { password: unicode }],
  ['no password to check with', modern],
  ['BER, as Firefox and Bouncy Castle write it', inBer(modern), { password }],
  ['BER of a chain', inBer(file('chain')), { password }],
  ['PBMAC1 with SHA-256', withPbmac1(modern, pbmac1), { password }],
  ['PBMAC1 with two digests', withPbmac1(modern, { ...pbmac1, prf: 'sha512' }), { password }],
  [
    'PBMAC1 with SHA-512',
    withPbmac1(modern, { ...pbmac1, hash: 'sha512', sizeBytes: 64 }),
    { password },
  ],
  ['PBMAC1 with the default digest', withPbmac1(modern, { ...pbmac1, prf: 'sha1' }), { password }],
];

const notStore = /^must be a PKCS #12 key store in DER or BER$/;
const notOpened = /^is not opened by its password, or is damaged$/;
const unknownMac = /^has a MAC of an unknown algorithm$/;
const tooMany = /^has more rounds of its password than are checked$/;
const flipped = (at: number): Buffer => {
  const bytes = Buffer.from(modern);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  return bytes;
};
const slow = { ...pbmac1, value: Buffer.alloc(32) };

const bad: readonly BadRow[] = [
  ['nothing', '', notStore],
  ['text', 'correct-horse-battery', notStore],
  ['PEM', fixture('keys/leaf.pem'), notStore],
  ['base64', modern.toString('base64'), notStore],
  ['base64 in PEM', `-----BEGIN PKCS12-----\n${modern.toString('base64')}\n`, notStore],
  [
    'a private key in DER',
    Buffer.from(fixture('keys/leaf.pem').slice(28, -27), 'base64'),
    notStore,
  ],
  ['JKS', fixtureBytes('jks/one.jks'), notStore],
  ['a cut store', modern.subarray(0, 600), notStore, { password }],
  ['a store without its last byte', modern.subarray(0, -1), notStore, { password }],
  ['a store as text', Buffer.from(modern.toString('utf8')), notStore],
  ['bytes after it', Buffer.concat([modern, Buffer.from('\n')]), notStore, { password }],
  ['two stores', Buffer.concat([modern, modern]), notStore, { password }],
  ['another version', withMac(modern, number(1)).fill(1, 8, 9), notStore],
  ['the wrong password', modern, notOpened, { password: 'Changeit' }],
  ['a password with a line end', modern, notOpened, { password: `${password}\n` }],
  ['no password for one', modern, notOpened, { password: '' }],
  ['a password for none', file('empty-password'), notOpened, { password }],
  [
    'a password in another form',
    file('unicode'),
    notOpened,
    { password: unicode.normalize('NFD') },
  ],
  ['the wrong password of keytool', file('keytool'), notOpened, { password: 'changeme' }],
  ['the wrong password of BER', inBer(modern), notOpened, { password: 'changeme' }],
  ['the wrong password of PBMAC1', withPbmac1(modern, pbmac1), notOpened, { password: 'x' }],
  ['a changed content', flipped(500), notOpened, { password }],
  ['a changed MAC', flipped(modern.length - 20), notOpened, { password }],
  ['openssl -nomac', file('nomac'), /^has no MAC, so that nothing protects it$/, { password }],
  ['keytool without a MAC', file('keytool-nomac'), /^has no MAC/, { password }],
  ['MD5', file('md5'), unknownMac, { password }],
  ['no rounds', withRounds(modern, number(0)), unknownMac, { password }],
  ['a number of rounds below zero', withRounds(modern, element(2, Buffer.of(255))), unknownMac],
  ['a number of rounds that is long', withRounds(modern, element(2, Buffer.alloc(9))), unknownMac],
  ['openssl -iter 600000', file('iter600000'), tooMany, { password }],
  ['2^31 rounds', withRounds(modern, number(2 ** 31)), tooMany, { password }],
  ['2^47 rounds', withRounds(modern, number(2 ** 47 - 1)), tooMany, { password }],
  [
    '2^31 rounds of PBMAC1',
    withPbmac1(modern, { ...slow, rounds: 2 ** 31 }),
    tooMany,
    { password },
  ],
  [
    'rounds of PBMAC1 for a key in parts',
    withPbmac1(modern, { ...slow, rounds: 90_000, sizeBytes: 64 }),
    tooMany,
    { password },
  ],
  ['a large key', withPbmac1(modern, { ...slow, sizeBytes: 2 ** 30 }), unknownMac, { password }],
  ['PBMAC1 without parameters', withMac(modern, element(0x30, element(0x30))), unknownMac],
  ['nesting', Buffer.alloc(500_000, '3080', 'hex'), notStore],
  ['nesting of octets', Buffer.alloc(500_000, '2480', 'hex'), notStore],
];

/** Asks OpenSSL itself, which reads the MAC before anything else. */
function opens(store: Buffer, passphrase: string): boolean {
  try {
    return createSecureContext({ pfx: store, passphrase }) !== undefined;
  } catch (error) {
    if (/mac verify failure/.test(String(error))) return false;
    // Old ciphers, and stores without a key or a certificate.
    if (/Unsupported PKCS12|Unable to load/.test(String(error))) return true;
    throw error;
  }
}

describe('pkcs12', () => {
  itAllows('pkcs12', good);
  itRefuses('pkcs12', bad);

  it.each(good.map((row) => [row[0], row] as const))('agrees with OpenSSL about %s', (_, row) => {
    const store = Buffer.from(row[1]);
    expect(opens(store, row[2]?.password ?? password)).toBe(true);
    expect(opens(store, 'another password')).toBe(false);
  });

  it('refuses an empty sequence', () => {
    expect(reasonsOf('pkcs12', element(0x30))).toEqual([expect.stringMatching(notStore)]);
  });
});
