import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { costlyKey, rsaKey } from './costly-keys.js';
import {
  type BadRow,
  derOf,
  element,
  fixture,
  type GoodRow,
  itAllows,
  itRefuses,
  pem,
} from './fixtures.js';
import { reasonsOf } from './verdict.js';

const file = (name: string): string => fixture(`keys/${name}.pem`);
const pkcs8 = file('ec-pkcs8');
const sec1 = file('ec-prime256v1').replace(/^[^]*(?=-----BEGIN EC PRIVATE)/, '');
const certificate = fixture('certificates/leaf.pem');
const parameters = element(6, Buffer.from('2a8648ce3d030107', 'hex'));

const good: readonly GoodRow[] = [
  ['RSA in PKCS #8', file('rsa-pkcs8')],
  ['RSA in PKCS #1', file('rsa-pkcs1')],
  ['RSASSA-PSS', file('rsa-pss')],
  ['P-256 after its parameters, as openssl ecparam writes', file('ec-prime256v1')],
  ['P-256 in SEC 1', sec1],
  ['P-256 in PKCS #8', pkcs8],
  ['P-384', file('ec-secp384r1')],
  ['P-521', file('ec-secp521r1')],
  ['P-224', file('ec-secp224r1')],
  ['secp256k1', file('ec-secp256k1')],
  ['a Brainpool curve', file('ec-brainpoolP256r1')],
  ['parameters of a curve in place of its name', file('ec-explicit')],
  ['Ed25519', file('ed25519')],
  ['Ed448', file('ed448')],
  ['X25519', file('x25519')],
  ['ML-DSA', generateKeyPairSync('ml-dsa-65').privateKey.export({ type: 'pkcs8', format: 'pem' })],
  ['CRLF', file('rsa-pkcs1').replaceAll('\n', '\r\n')],
  ['a byte order mark', `\uFEFF${pkcs8}`],
  ['no line end at the end', pkcs8.trimEnd()],
  ['empty lines around', `\n\n${pkcs8}\n\n`],
  ['base64 in one line', pem('PRIVATE KEY', derOf(file('rsa-pkcs8')), 10_000)],
  ['base64 in 76 columns', pem('PRIVATE KEY', derOf(file('rsa-pkcs8')), 76)],
  ['attributes of openssl pkcs12', `Bag Attributes\n    localKeyID: 01\nKey Attributes:\n${pkcs8}`],
  ['the text of openssl pkey -text', `${pkcs8}Private-Key: (256 bit)\npriv:\n    00:01\n`],
  ['its certificate after it', `${pkcs8}${certificate}`],
  ['its certificate before it', `${certificate}${pkcs8}`],
];

const unknown = /^is damaged, or of an unknown algorithm$/;
const encrypted = /^is encrypted with a passphrase, which a service cannot enter$/;
const bad: readonly BadRow[] = [
  ['nothing', '', /^must be a PEM private key$/],
  ['a password', 'correct-horse-battery', /^must be a PEM private key$/],
  ['DER', derOf(pkcs8), /^must be UTF-8$/],
  ['UTF-16', Buffer.from(`\uFEFF${pkcs8}`, 'utf16le'), /^must be UTF-8$/],
  ['base64 of PEM', Buffer.from(pkcs8).toString('base64'), /^must be a PEM private key$/],
  ['base64 without boundaries', derOf(pkcs8).toString('base64'), /^must be a PEM private key$/],
  ['a JSON Web Key', '{"kty":"EC","crv":"P-256","x":"AA","d":"AA"}', /^must be a PEM private key$/],
  ['a certificate', certificate, /^must be a PEM private key$/],
  ['a public key', file('public'), /^must be a PEM private key$/],
  ['parameters alone', pem('EC PARAMETERS', parameters), /^must be a PEM priv/],
  ['two keys', `${pkcs8}${sec1}`, /^must have one private key$/],
  ['an encrypted PKCS #1', file('rsa-encrypted'), encrypted],
  ['an encrypted SEC 1', file('ec-encrypted'), encrypted],
  ['an encrypted PKCS #8', file('pkcs8-encrypted'), encrypted],
  ['a PKCS #8 that old tools encrypted', file('pkcs8-encrypted-3des'), encrypted],
  ['an encrypted one with CRLF', file('rsa-encrypted').replaceAll('\n', '\r\n'), encrypted],
  ['OpenSSH', fixture('ssh/ed25519'), /^is an OpenSSH key; must be PKCS #8 or PKCS #1$/],
  [
    'PuTTY',
    'PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\n',
    /^must be a PEM private key$/,
  ],
  ['a cut end', pkcs8.slice(0, -20), /^must be complete PEM blocks$/],
  ['line ends as text', pkcs8.replaceAll('\n', '\\n'), /^must be complete PEM blocks$/],
  ['labels that differ', pkcs8.replace('END PRIVATE', 'END RSA PRIVATE'), /^must be complete PEM/],
  ['a cut body', pem('PRIVATE KEY', derOf(file('rsa-pkcs8')).subarray(0, 600)), unknown],
  ['the wrong label', pem('RSA PRIVATE KEY', derOf(sec1)), unknown],
  ['an indented block', pkcs8.replaceAll('\n', '\n  '), unknown],
  ['spaces for line ends', pkcs8.replaceAll('\n', ' '), unknown],
  ['an unknown algorithm', pem('PRIVATE KEY', costlyKey('unknown', 32)), unknown],
  ['RSA of 1024 bits', file('rsa-1024'), /^must not have an RSA key below 2048 bits$/],
  ['a curve of 192 bits', file('ec-prime192v1'), /^must not have a key on a curve below 224 bits$/],
  ['a curve of 160 bits', file('ec-brainpoolP160r1'), /^must not have a key on a curve below 224/],
  ['DSA', file('dsa-traditional'), /^must not have a DSA key, which clients refuse$/],
  ['DSA in PKCS #8', file('dsa-pkcs8'), /^has a DSA or DH key, which clients refuse$/],
  ['DH', pem('PRIVATE KEY', costlyKey('dh', 256)), /^has a DSA or DH key/],
  ['RSA of 100,000 bits', pem('RSA PRIVATE KEY', rsaKey(12_500)), /RSA key above 16384 bits$/],
];

describe('private-key', () => {
  itAllows('private-key', good);
  itRefuses('private-key', bad);

  // OpenSSL takes minutes for it, and more for larger ones.
  it.each(['PRIVATE KEY', 'RSA PRIVATE KEY', 'EC PRIVATE KEY', 'DSA PRIVATE KEY'])(
    'computes no public key of a block with the label %s',
    (label) => {
      const reasons = reasonsOf('private-key', pem(label, costlyKey('dsa', 8_000)));
      expect(reasons).toEqual(['has a DSA or DH key, which clients refuse']);
    },
    2_000,
  );
});
