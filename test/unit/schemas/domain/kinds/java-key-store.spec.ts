import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  type BadRow,
  fixture,
  fixtureBytes,
  type GoodRow,
  itAllows,
  itRefuses,
} from './fixtures.js';
import { reasonsOf } from './verdict.js';

const password = 'changeit';
const file = (name: string): Buffer => fixtureBytes(`jks/${name}`);
const one = file('one.jks');
const two = file('two.jks');
const trust = file('trust.jks');

/** Returns the store with the digest that its password gives it. */
function sealed(store: Buffer): Buffer {
  const content = store.subarray(0, -20);
  const digest = createHash('sha1')
    .update(Buffer.from(password, 'utf16le').swap16())
    .update('Mighty Aphrodite')
    .update(content)
    .digest();
  return Buffer.concat([content, digest]);
}

function changed(store: Buffer, at: number, value: number): Buffer {
  const bytes = Buffer.from(store);
  bytes.writeUInt32BE(value, at);
  return sealed(bytes);
}

/** Certificates in version 1 have no type before them. */
function inVersion1(store: Buffer): Buffer {
  const type = Buffer.from('\0\u0005X.509', 'latin1');
  const at = store.indexOf(type);
  const bytes = Buffer.concat([store.subarray(0, at), store.subarray(at + type.length)]);
  return changed(bytes, 4, 1);
}

const names = [
  ['one.jks', 'a key of JKS'],
  ['two.jks', 'two keys'],
  ['rsa.jks', 'another key'],
  ['keypass.jks', 'a key with its own password'],
  ['trust.jks', 'a certificate'],
  ['trust2.jks', 'three certificates'],
  ['mixed.jks', 'a key and a certificate'],
  ['chain.jks', 'a key with its chain'],
  ['one.jceks', 'a key of JCEKS'],
  ['secret.jceks', 'a secret key'],
  ['mixed.jceks', 'a key, a secret key and a certificate'],
  ['trust.jceks', 'a certificate of JCEKS'],
  ['chain.jceks', 'a chain of JCEKS'],
] as const;

const good: readonly GoodRow[] = [
  ...names.map(([name, title]): GoodRow => [title, file(name), { password }]),
  ...names
    .filter((_, index) => index % 2 === 0)
    .map(([name, title]): GoodRow => [`${title}, without a password`, file(name)]),
  ['a password in UTF-8', file('unicode.jks'), { password: 'pässwörd' }],
  ['a password with spaces', file('spaces.jks'), { password: '  spaces in it ' }],
  ['version 1', inVersion1(trust), { password }],
  ['version 1 without a password', inVersion1(trust)],
];

const notStore = /^must be a Java key store$/;
const notOpened = /^is not opened by its password, or is damaged$/;
const damaged = /^is damaged$/;
const flipped = Buffer.from(one);
flipped[100] = (flipped[100] ?? 0) ^ 1;

const bad: readonly BadRow[] = [
  ['nothing', '', notStore],
  ['text', 'correct-horse-battery-staple-and-more', notStore],
  ['PEM', fixture('keys/leaf.pem'), notStore],
  ['base64', one.toString('base64'), notStore],
  ['base64 in lines', fixture('jks/one.jks.b64'), notStore],
  ['a store as text', Buffer.from(one.toString('utf8')), notStore],
  ['its first bytes', one.subarray(0, 20), notStore],
  ['BKS of Bouncy Castle', Buffer.alloc(200, '00000002', 'hex'), notStore],
  ['the class file of Java', Buffer.alloc(200, 'cafebabe', 'hex'), notStore],
  ['PKCS #12 of keytool', fixtureBytes('pkcs12/keytool'), /^is PKCS #12 and not JKS; use the kind/],
  ['PKCS #12 of openssl', fixtureBytes('pkcs12/modern'), /^is PKCS #12 and not JKS; use the kind/],
  ['an empty JKS', file('emptied.jks'), /^must have an entry$/, { password }],
  ['an empty JCEKS', file('emptied.jceks'), /^must have an entry$/, { password }],
  ['another version', changed(one, 4, 3), /^has an unknown version$/, { password }],
  ['the wrong password', one, notOpened, { password: 'Changeit' }],
  ['a password with a line end', one, notOpened, { password: `${password}\n` }],
  ['an empty password', one, notOpened, { password: '' }],
  ['the password of the key', file('keypass.jks'), notOpened, { password: 'otherpass' }],
  [
    'a password in another form',
    file('unicode.jks'),
    notOpened,
    { password: 'pa\u0308sswo\u0308rd' },
  ],
  ['the wrong password of JCEKS', file('secret.jceks'), notOpened, { password: 'changeme' }],
  ['a changed byte', flipped, notOpened, { password }],
  ['a cut store', one.subarray(0, -60), damaged],
  ['a store without its last byte', one.subarray(0, -1), damaged],
  ['a cut store, with its password', two.subarray(0, 700), damaged, { password }],
  ['bytes after it', Buffer.concat([one, Buffer.from('\n')]), damaged],
  ['two stores', Buffer.concat([one, one]), damaged],
  ['more entries than it has', changed(one, 8, 2), damaged, { password }],
  ['fewer entries than it has', changed(two, 8, 1), damaged, { password }],
  ['2^32 - 1 entries', changed(one, 8, 2 ** 32 - 1), damaged, { password }],
  ['an unknown entry', changed(one, 12, 9), damaged, { password }],
  ['a length past the end', changed(trust, trust.indexOf('X.509') + 5, 2 ** 32 - 1), damaged],
];

describe('jks', () => {
  itAllows('jks', good);
  itRefuses('jks', bad);

  it('stops at a chain that has more certificates than bytes', () => {
    const zeros = Buffer.alloc(512 * 1_024);
    zeros.writeUInt32BE(0xfeedfeed, 0);
    zeros.writeUInt32BE(1, 4);
    zeros.writeUInt32BE(1, 8);
    zeros.writeUInt32BE(1, 12);
    zeros.writeUInt32BE(2 ** 32 - 1, 30);
    expect(reasonsOf('jks', zeros)).toEqual(['is damaged']);
  });
});
