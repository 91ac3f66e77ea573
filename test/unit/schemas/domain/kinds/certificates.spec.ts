import 'reflect-metadata';
import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  createCertificateAuthority,
  issueCertificate,
} from '../../../../../src/core/certificate-authority.js';
import { kinds } from '../../../../../src/schemas/domain/kinds/kinds.js';
import {
  certificateOf,
  compressed,
  explicit,
  type PublicKeyParts,
} from '../../../secrets/domain/certificate.builder.js';
import {
  type BadRow,
  derOf,
  fixture,
  fixtureMs,
  type GoodRow,
  itAllows,
  itRefuses,
  pem,
} from './fixtures.js';
import { reasonsOf } from './verdict.js';

const file = (name: string): string => fixture(`certificates/${name}.pem`);
const chain = (...names: readonly string[]): string => names.map(file).join('');
const leaf = file('leaf');
const leafBase64 = derOf(leaf).toString('base64');
const endMs = new X509Certificate(leaf).validToDate.getTime();
const key = fixture('keys/leaf.pem');
const changed = (name: string, index: number): string => {
  const der = derOf(file(name));
  der[der.length + index] = (der[der.length + index] ?? 0) ^ 1;
  return pem('CERTIFICATE', der);
};

const goodCertificates: readonly GoodRow[] = [
  ['a leaf alone', leaf],
  ['a leaf and its issuer', chain('leaf', 'mid')],
  ['a leaf, its issuer and the root', chain('leaf', 'mid', 'root')],
  ['two issuers between', chain('deep', 'mid2', 'mid')],
  ['two issuers between and the root', chain('deep', 'mid2', 'mid', 'root')],
  ['a leaf of a root', chain('direct', 'root')],
  ['a client', chain('client', 'mid')],
  ['a server with an address and without a subject', chain('ipsan', 'mid')],
  ['RSA', chain('rsaleaf', 'root')],
  ['RSASSA-PSS', chain('pssleaf', 'root')],
  ['Ed25519', chain('edleaf', 'root')],
  ['a Brainpool curve', chain('bpleaf', 'root')],
  ['a certificate that signs itself', file('self')],
  ['a root that signs itself with SHA-1', file('sha1root')],
  ['version 1', file('v1')],
  ['a subject in UTF-8', file('utf8')],
  ['the label of old OpenSSL', leaf.replaceAll('CERTIFICATE', 'X509 CERTIFICATE')],
  ['the label of openssl x509 -trustout', file('trusted')],
  ['lines that end with CRLF', chain('leaf', 'mid').replaceAll('\n', '\r\n')],
  ['a byte order mark', `\uFEFF${leaf}`],
  ['no line end at the end', leaf.trimEnd()],
  ['base64 in one line', pem('CERTIFICATE', derOf(leaf), 10_000)],
  ['base64 in 76 columns', pem('CERTIFICATE', derOf(leaf), 76)],
  ['spaces at ends of lines', leaf.replaceAll('\n', ' \n')],
  ['text of openssl x509 -text', `Certificate:\n    Data:\n        Version: 3 (0x2)\n${leaf}`],
  ['attributes of openssl pkcs12', `Bag Attributes\n    localKeyID: 01 02\nsubject=\n\n${leaf}`],
  ['the output of openssl s_client', `---\nCertificate chain\n 0 s:CN = leaf\n${leaf}---\n`],
  ['comments between', `# leaf\n${leaf}\n# issuer\n\n${file('mid')}`],
  ['its last second', leaf, { nowMs: endMs }],
];

const badCertificates: readonly BadRow[] = [
  ['nothing', '', /^must be PEM certificates$/],
  ['other text', 'changeme-changeme', /^must be PEM certificates$/],
  ['the path of a file', '/etc/ssl/certs/server.pem', /^must be PEM certificates$/],
  ['DER', derOf(leaf), /^must be UTF-8$/],
  ['UTF-16', Buffer.from(`\uFEFF${leaf}`, 'utf16le'), /^must be UTF-8$/],
  ['base64 without boundaries', leafBase64, /^must be PEM certificates$/],
  ['base64 of PEM', Buffer.from(leaf).toString('base64'), /^must be PEM certificates$/],
  ['a private key', key, /^must have nothing but certificates$/],
  ['a certificate and its key', `${leaf}${key}`, /^must have nothing but certificates$/],
  ['a request', pem('CERTIFICATE REQUEST', derOf(leaf)), /^must have nothing but certificates$/],
  ['PKCS #7', pem('PKCS7', derOf(leaf)), /^must have nothing but certificates$/],
  ['a cut end', leaf.slice(0, -40), /^must be complete PEM blocks$/],
  ['a cut start', leaf.slice(10), /^must be complete PEM blocks$/],
  ['line ends as text', leaf.replaceAll('\n', '\\n'), /^must be complete PEM blocks$/],
  ['a broken character', leaf.replace('MII', 'M*I'), /^must be complete PEM blocks$/],
  ['a cut body', pem('CERTIFICATE', derOf(leaf).subarray(0, 300)), /^certificate 1 is damaged$/],
  ['an indented block', leaf.replaceAll('\n', '\n  '), /^certificate 1 is damaged$/],
  ['spaces for line ends', leaf.replaceAll('\n', ' '), /^certificate 1 is damaged$/],
  [
    'bytes after a certificate',
    pem('CERTIFICATE', Buffer.concat([derOf(leaf), Buffer.alloc(3)])),
    /^certificate 1 is damaged$/,
  ],
  ['a key as certificate', pem('CERTIFICATE', derOf(key)), /^certificate 1 is damaged$/],
  ['a changed signature', `${changed('leaf', -1)}${file('mid')}`, /^certificate 2 must be the iss/],
  ['the wrong order', chain('mid', 'leaf'), /^certificate 2 must be the issuer of certificate 1$/],
  ['the root first', chain('root', 'mid', 'leaf'), /^certificate 2 must be the issuer/],
  ['a missing issuer', chain('deep', 'mid', 'root'), /^certificate 2 must be the issuer/],
  ['a leaf twice', chain('leaf', 'leaf', 'mid'), /^certificate 2 must be the issuer/],
  ['a root twice', chain('leaf', 'mid', 'root', 'root'), /^certificate 4 must be the issuer/],
  ['another root of the name', chain('direct', 'other-root'), /^certificate 2 must be the iss/],
  ['an issuer that is no authority', chain('undernotca', 'notca'), /^certificate 2 must be the i/],
  ['an unrelated bundle', chain('leaf', 'edroot', 'rsaroot'), /certificate 3 must be the issuer/],
  ['expiry', leaf, /^certificate 1 has expired$/, { nowMs: endMs + 1_000 }],
  ['a start to come', leaf, /^certificate 1 is not valid yet$/, { nowMs: Date.UTC(2020, 0) }],
  ['RSA of 1024 bits', file('rsa1024'), /^certificate 1 has an RSA key below 2048 bits$/],
  ['a curve of 192 bits', file('weakec'), /^certificate 1 has a key on a curve below 224 bits$/],
  ['DSA', file('dsaleaf'), /^certificate 1 has a DSA key, which clients refuse$/],
  ['SHA-1', file('sha1leaf'), /^certificate 1 is signed with MD5 or SHA-1$/],
  ['a server with a common name alone', file('nosan'), /^certificate 1 is for a server and has no/],
  ['more certificates than a chain has', leaf.repeat(21), /^must have at most 20 certificates$/],
];

const roots = ['root', 'edroot', 'rsaroot', 'utf8'];
const goodBundles: readonly GoodRow[] = [
  ['one root', file('root')],
  ['roots of several algorithms', chain(...roots)],
  ['roots in another order', chain(...roots.toReversed())],
  ['two roots of one name', chain('root', 'other-root')],
  ['a root and its intermediate', chain('root', 'mid')],
  ['an intermediate alone', chain('mid')],
  ['an intermediate before its root', chain('mid2', 'mid', 'root')],
  ['a root that signs itself with SHA-1', file('sha1root')],
  ['a root of version 1', file('v1')],
  ['a trusted certificate', file('trusted')],
  ['the label of old OpenSSL', file('root').replaceAll('CERTIFICATE', 'X509 CERTIFICATE')],
  ['CRLF', chain(...roots).replaceAll('\n', '\r\n')],
  ['a byte order mark', `\uFEFF${file('root')}`],
  ['no line end at the end', file('root').trimEnd()],
  ['names and rules, as in cacert.pem', `\n##\n## Bundle\n##\n\nRoot\n====\n${file('root')}\n`],
  ['comments, as in the bundle of certifi', `# Issuer: CN=root\n# Serial: 1\n${file('root')}`],
  ['empty lines between', `${file('root')}\n\n\n${file('edroot')}`],
  ['base64 in one line', pem('CERTIFICATE', derOf(file('root')), 10_000)],
  ['base64 in 76 columns', pem('CERTIFICATE', derOf(file('root')), 76)],
  ['text of openssl x509 -text', `Certificate:\n    Data:\n${file('root')}`],
  ['a server that signs itself, as openssl req -x509 makes it', file('self')],
];

const badBundles: readonly BadRow[] = [
  ['nothing', '', /^must be PEM certificates$/],
  ['other text', 'changeme-changeme', /^must be PEM certificates$/],
  ['the path of a bundle', '/usr/share/ca/bundle.crt', /^must be PEM certificates$/],
  ['DER', derOf(file('root')), /^must be UTF-8$/],
  ['UTF-16', Buffer.from(`\uFEFF${file('root')}`, 'utf16le'), /^must be UTF-8$/],
  ['base64 of PEM', Buffer.from(file('root')).toString('base64'), /^must be PEM certificates$/],
  ['base64 without boundaries', derOf(file('root')).toString('base64'), /^must be PEM cert/],
  ['a root and its key', `${file('root')}${key}`, /^must have nothing but certificates$/],
  ['a key', key, /^must have nothing but certificates$/],
  ['a revocation list', pem('X509 CRL', derOf(leaf)), /^must have nothing but certificates$/],
  ['PKCS #7', pem('PKCS7', derOf(leaf)), /^must have nothing but certificates$/],
  ['a cut end', chain('root', 'edroot').slice(0, -30), /^must be complete PEM blocks$/],
  ['line ends as text', file('root').replaceAll('\n', '\\n'), /^must be complete PEM blocks$/],
  [
    'a damaged certificate',
    `${file('edroot')}${pem('CERTIFICATE', derOf(file('root')).subarray(0, 200))}`,
    /^certificate 2 is damaged$/,
  ],
  ['an indented bundle', file('root').replaceAll('\n', '\n    '), /^certificate 1 is damaged$/],
  ['a leaf', leaf, /^certificate 1 is not of an authority$/],
  ['a leaf after a root', chain('root', 'leaf'), /^certificate 2 is not of an authority$/],
  ['a root twice', chain('root', 'edroot', 'root'), /^must not have a certificate twice$/],
  ['RSA of 1024 bits', file('root1024'), /^certificate 1 has an RSA key below 2048 bits$/],
  ['nothing but expired roots', chain(...roots), /valid now$/, { nowMs: Date.UTC(2200, 0) }],
  ['nothing but roots to come', chain(...roots), /valid now$/, { nowMs: Date.UTC(2020, 0) }],
  ['more compressed points', bundleOf(compressed, 51), /at most 50 .* compressed points$/],
  ['compressed points that are read', bundleOf(compressed, 50), /^certificate 1 is damaged$/],
  ['a curve of its own', bundleOf(explicit, 1), /^certificate 1 has .* explicit parameters/],
  ['more than a bundle has', file('root').repeat(501), /^must have at most 500 certificates$/],
];

/** Returns certificates that have nothing but their keys. */
function bundleOf(key: PublicKeyParts, count: number): string {
  return pem('CERTIFICATE', certificateOf(key)).repeat(count);
}

describe('certificate', () => {
  itAllows('certificate', goodCertificates);
  itRefuses('certificate', badCertificates);

  it('allows what the gateway issues itself', async () => {
    const authority = await createCertificateAuthority('authority', 10);
    const request = { commonName: 'a', hosts: ['a.example', '10.0.0.1'], validDays: 1 };
    const { certificate } = await issueCertificate(authority, request);
    const nowMs = Date.now();
    expect(reasonsOf('certificate', `${certificate}\n${authority.certificate}`, { nowMs })).toEqual(
      [],
    );
    expect(reasonsOf('ca-bundle', authority.certificate, { nowMs })).toEqual([]);
  });

  it('names each certificate at fault', () => {
    const reasons = reasonsOf('certificate', chain('rsa1024', 'sha1leaf'), { nowMs: fixtureMs });
    expect(reasons).toEqual([
      'certificate 1 has an RSA key below 2048 bits',
      'certificate 2 is signed with MD5 or SHA-1',
      'certificate 2 must be the issuer of certificate 1',
    ]);
  });
});

describe('ca-bundle', () => {
  itAllows('ca-bundle', goodBundles);
  itRefuses('ca-bundle', badBundles);

  it('reads as many certificates as fit', () => {
    const bundle = pem('CERTIFICATE', derOf(file('root'))).repeat(500);
    expect(bundle.length).toBeLessThan(kinds.get('ca-bundle')?.bytesMax ?? 0);
    expect(reasonsOf('ca-bundle', bundle, { nowMs: fixtureMs })).toEqual([
      'must not have a certificate twice',
    ]);
  });
});
