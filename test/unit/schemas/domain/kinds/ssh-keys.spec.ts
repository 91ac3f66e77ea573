import { describe, expect, it } from 'vitest';
import { type BadRow, fixture, type GoodRow, itAllows, itRefuses, pem } from './fixtures.js';
import { costlyKey } from './costly-keys.js';
import { badAuthorizedKeys, goodAuthorizedKeys } from './authorized-keys.js';
import { publicLine as line, securityKeys } from './ssh-lines.js';
import { reasonsOf } from './verdict.js';

const file = (name: string): string => fixture(`ssh/${name}`);
const key = file('ed25519');
const openSsh = (edit: (bytes: Buffer) => Buffer): string => {
  const base64 = key.replaceAll(/-----[^-]*-----/g, '');
  return pem('OPENSSH PRIVATE KEY', edit(Buffer.from(base64, 'base64')), 70);
};

const goodPrivate: readonly GoodRow[] = [
  ...['ed25519', 'rsa', 'ecdsa256', 'ecdsa384', 'ecdsa521', 'nocomment'].map((name): GoodRow => [
    `${name} of OpenSSH`,
    file(name),
  ]),
  // Each has another padding.
  ...[1, 2, 3, 4, 5, 6, 7].map((length): GoodRow => [
    `a comment of ${length} characters`,
    file(`c${length}`),
  ]),
  ['RSA of ssh-keygen -m PEM', file('rsa-pem')],
  ['RSA of ssh-keygen -m PKCS8', file('rsa-pkcs8')],
  ['ECDSA of ssh-keygen -m PEM', file('ecdsa-pem')],
  ['ECDSA of ssh-keygen -m PKCS8', file('ecdsa-pkcs8')],
  ['PKCS #8 of openssl', fixture('keys/ec-pkcs8.pem')],
  ['SEC 1 of openssl after its parameters', fixture('keys/ec-secp521r1.pem')],
  ['PEM with CRLF, which ssh reads', file('rsa-pem').replaceAll('\n', '\r\n')],
  ['PEM without a line end, which ssh reads', file('rsa-pem').trimEnd()],
  ['PEM after text, which ssh reads', `text\n${file('ecdsa-pem')}`],
  ['OpenSSH before text, which ssh reads', `${key}text\n`],
  ['base64 in one line', openSsh((bytes) => bytes).replaceAll(/(?<=\w{70})\n(?=[\w+/=])/g, '')],
];

const encrypted = /^is encrypted with a passphrase, which a service cannot enter$/;
const badPrivate: readonly BadRow[] = [
  ['nothing', '', /^must be a private key of SSH$/],
  ['a password', 'correct-horse-battery', /^must be a private key of SSH$/],
  ['a public key', file('ed25519.pub'), /^must be a private key of SSH$/],
  ['a certificate', fixture('certificates/leaf.pem'), /^must be a private key of SSH$/],
  ['a path', '/etc/ssh/keys/id_ed25519', /^must be a private key of SSH$/],
  [
    'PuTTY',
    'PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\n',
    /^must be a private key of S/,
  ],
  ['base64 of a key', Buffer.from(key).toString('base64'), /^must be a private key of SSH$/],
  ...['ctr', 'gcm', 'chacha', 'cbc', 'pem', 'pkcs8'].map((name): BadRow => [
    `a passphrase, ${name}`,
    file(`enc-${name}`),
    encrypted,
  ]),
  ['no line end, which ssh refuses', key.trimEnd(), /^must end with a line end$/],
  ['CRLF, which ssh refuses', key.replaceAll('\n', '\r\n'), /^must have line feeds alone as line/],
  ['text before, which ssh refuses', `text\n${key}`, /^must begin with its boundary$/],
  ['a byte order mark, which ssh refuses', `\uFEFF${key}`, /^must begin with its boundary$/],
  ['line ends as text', key.replaceAll('\n', '\\n'), /^must be a private key of SSH$/],
  ['a cut end', key.slice(0, -30), /^must be a private key of SSH$/],
  ['a cut body', openSsh((bytes) => bytes.subarray(0, 150)), /^is damaged$/],
  ['bytes at its end', openSsh((bytes) => Buffer.concat([bytes, bytes])), /^is damaged$/],
  ['another magic', openSsh((bytes) => bytes.fill('X', 0, 4)), /^is damaged$/],
  ['a broken check', openSsh((bytes) => bytes.fill(1, 98, 102)), /^is damaged$/],
  ['a broken padding', openSsh((bytes) => bytes.fill(9, bytes.length - 1)), /^is damaged$/],
  ['RSA of 1024 bits', file('rsa1024'), /^has an RSA key below 2048 bits$/],
  ['RSA of 1024 bits in PEM', file('rsa1024-pem'), /^has an RSA key below 2048 bits$/],
  ['DSA', file('dsa'), /^has a DSA key, which OpenSSH refuses$/],
  ['DSA in PEM', file('dsa-pem'), /^has a DSA key, which OpenSSH refuses$/],
  ['DSA in PKCS #8', file('dsa-pkcs8'), /^has a DSA or DH key, which clients refuse$/],
  ['large DSA in PKCS #8', pem('PRIVATE KEY', costlyKey('dsa', 8_000)), /^has a DSA or DH key/],
  ['damaged PEM', pem('RSA PRIVATE KEY', Buffer.from([48, 3, 2, 1, 0])), /^is damaged, or of an/],
];

const ed25519 = file('ed25519.pub').trimEnd();
const [, base64 = ''] = ed25519.split(' ');
const rfc4716 = file('rsa.rfc4716');

const goodPublic: readonly GoodRow[] = [
  ...['ed25519', 'rsa', 'rsa3072', 'ecdsa256', 'ecdsa384', 'ecdsa521', 'nocomment'].map(
    (name): GoodRow => [`${name} of ssh-keygen`, file(`${name}.pub`)],
  ),
  ...['ed25519', 'rsa', 'ecdsa256', 'ecdsa521'].map((name): GoodRow => [
    `${name} of ssh-keygen -e`,
    file(`${name}.rfc4716`),
  ]),
  ...securityKeys.map((text): GoodRow => [`the security key ${text.split(' ')[0]}`, text]),
  ['no line end', ed25519],
  ['CRLF', `${ed25519}\r\n`],
  ['no comment', `ssh-ed25519 ${base64}`],
  ['a comment with spaces', `ssh-ed25519 ${base64} Jane Doe, laptop (2026) <jane@example.com>`],
  ['a comment in UTF-8', `ssh-ed25519 ${base64} Jörg 鍵`],
  ['tabs between', `ssh-ed25519\t${base64}\tcomment`],
  ['an empty line at the end', `${ed25519}\n\n`],
  ['RFC 4716 with CRLF', rfc4716.replaceAll('\n', '\r\n')],
  ['RFC 4716 without a comment', rfc4716.replace(/Comment:.*\n/, '')],
  ['RFC 4716 with a header in two lines', rfc4716.replace('Comment: "', 'Comment: "a\\\nb')],
  ['RFC 4716 with its own header', rfc4716.replace('Comment', 'x-tool: 1\nSubject: me\nComment')],
  ['RFC 4716 without a line end', rfc4716.trimEnd()],
];

const form = /^must have an algorithm and base64$/;
const badPublic: readonly BadRow[] = [
  ['nothing', '', form],
  ['a private key', key, /^must be one line$/],
  ['two keys', `${ed25519}\n${ed25519}\n`, /^must be one line$/],
  ['a broken line', `${ed25519.slice(0, 40)}\n${ed25519.slice(40)}`, /^must be one line$/],
  ['UTF-16', Buffer.from(`\uFEFF${ed25519}`, 'utf16le'), /^must be UTF-8$/],
  ['base64 alone', base64, form],
  ['a name alone', 'ssh-ed25519', form],
  ['options', `no-pty ${ed25519}`, form],
  ['a line of known_hosts', `host.example ${ed25519}`, form],
  ['a cut key', `ssh-ed25519 ${base64.slice(0, -7)}`, form],
  ['a key that lacks four characters', `ssh-ed25519 ${base64.slice(0, -4)}`, /^has a damaged publ/],
  ['base64url', `ssh-ed25519 ${base64.slice(0, -2)}-_`, form],
  ['another name', `ssh-rsa ${base64}`, /^names another algorithm than its public key$/],
  ['a byte order mark', `\uFEFF${ed25519}`, /^names another algorithm than its public key$/],
  ['a certificate', file('ecdsa256-cert.pub'), /^has a public key of an unknown algorithm$/],
  ['SSH 1', '1024 35 1205334567890123456789012345678901234567890', form],
  ['PEM', fixture('keys/public.pem'), /^must be one line$/],
  ['a fingerprint', 'SHA256:uNiVztksCsDhcc0u9e8BgrJXVGDqzSw1sl0GzD0aB1c', form],
  ['RSA of 1024 bits', file('rsa1024.pub'), /^has an RSA key below 2048 bits$/],
  ['DSA', file('dsa.pub'), /^has a DSA key, which OpenSSH refuses$/],
  ['another curve', line('ecdsa-sha2-nistp256', 'nistp384', Buffer.alloc(65, 4)), /^has a damaged/],
  ['a short point', line('ecdsa-sha2-nistp256', 'nistp256', Buffer.alloc(33, 2)), /^has a damaged/],
  ['a short key', line('ssh-ed25519', Buffer.alloc(31, 1)), /^has a damaged public key$/],
  ['a part too many', line('ssh-ed25519', Buffer.alloc(32, 1), 'x'), /^has a damaged public key$/],
  ['RSA above bounds', line('ssh-rsa', 'e', Buffer.alloc(4_000, 7)), /^has an RSA key above 16384/],
  ['RFC 4716 without its end', rfc4716.replace(/---- END.*/, ''), /^must have both boundaries/],
  ['RFC 4716 that is cut', rfc4716.replace(/.{10}\n---- END/, '\n---- END'), /^is damaged$/],
];

describe('ssh-private-key', () => {
  itAllows('ssh-private-key', goodPrivate);
  itRefuses('ssh-private-key', badPrivate);
});

describe('ssh-public-key', () => {
  itAllows('ssh-public-key', goodPublic);
  itRefuses('ssh-public-key', badPublic);
});

describe('ssh-authorized-keys', () => {
  itAllows('ssh-authorized-keys', goodAuthorizedKeys);
  itRefuses('ssh-authorized-keys', badAuthorizedKeys);

  it('names each line at fault', () => {
    const text = `# keys\n${ed25519}\nssh-rsa AAAA\n\nx\n`;
    expect(reasonsOf('ssh-authorized-keys', text)).toEqual([
      'line 3 has a public key of an unknown algorithm',
      'line 5 must have an algorithm and base64',
    ]);
  });
});
