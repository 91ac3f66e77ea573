import { X509Certificate } from 'node:crypto';
import { certificateKeyForm } from '../../../secrets/domain/certificate-key.js';
import { parsePem, type PemBlock } from '../../../secrets/domain/pem.js';
import { derChildren, derElements, derTag } from '../../../secrets/domain/der.js';
import { type Kind, ofText } from './kind.js';
import { weakKeyReason } from './weak-keys.js';

const CHAIN_MAX = 20;
const BUNDLE_MAX = 500;
/** Certificates with a compressed point, each of which takes up to a millisecond. */
const COMPRESSED_MAX = 50;
const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';
const labels: ReadonlySet<string> = new Set([
  'CERTIFICATE',
  'X509 CERTIFICATE',
  'TRUSTED CERTIFICATE',
]);

/** Certificates of a server or client: the leaf first, then the issuers of each. */
export const certificateKind: Kind = {
  description: 'PEM certificate, followed by its issuers in order (RFC 8446, section 4.4.2).',
  bytesMax: 256 * 1_024,
  reasons: ofText((text, { nowMs }) => {
    const found = certificatesIn(text, CHAIN_MAX);
    if (typeof found === 'string') return [found];
    return [
      ...found.flatMap((one, index) => certificateReasons(one, index + 1, nowMs)),
      ...found.flatMap((one, index) => issuerReasons(one, index + 1, found[index + 1])),
      ...nameReasons(found[0]),
    ];
  }),
};

/** Certificates of authorities, in any order. */
export const caBundleKind: Kind = {
  description: 'PEM certificates of authorities.',
  bytesMax: 1_024 * 1_024,
  reasons: ofText((text, { nowMs }) => {
    const found = certificatesIn(text, BUNDLE_MAX);
    if (typeof found === 'string') return [found];
    const reasons = found.flatMap((one, index) => authorityReasons(one, index + 1));
    const prints = found.map(({ fingerprint256 }) => fingerprint256);
    if (new Set(prints).size < prints.length) reasons.push('must not have a certificate twice');
    const isUsable = found.some((one) => dateReasons(one, 1, nowMs).length === 0);
    return isUsable ? reasons : [...reasons, 'must have a certificate that is valid now'];
  }),
};

/** Returns the certificates of a text, or the reason that the text has none. */
export function certificatesIn(text: string, countMax: number): X509Certificate[] | string {
  const blocks = parsePem(text);
  if (blocks === undefined) return 'must be complete PEM blocks';
  if (blocks.length === 0) return 'must be PEM certificates';
  if (blocks.length > countMax) return `must have at most ${countMax} certificates`;
  if (!blocks.every(({ label }) => labels.has(label))) return 'must have nothing but certificates';
  const costly = costlyReason(blocks);
  if (costly !== undefined) return costly;
  const found: X509Certificate[] = [];
  for (const [index, block] of blocks.entries()) {
    const certificate = parsed(block);
    if (certificate === undefined) return `certificate ${index + 1} is damaged`;
    found.push(certificate);
  }
  return found;
}

/** Returns why certificates are not parsed: it would take too long. */
function costlyReason(blocks: readonly PemBlock[]): string | undefined {
  const forms = blocks.map(certificateKeyForm);
  const damaged = forms.indexOf(undefined);
  if (damaged >= 0) return `certificate ${damaged + 1} is damaged`;
  const explicit = forms.indexOf('explicit');
  if (explicit >= 0) {
    return `certificate ${explicit + 1} has a key with explicit parameters, which clients refuse`;
  }
  const compressed = forms.filter((form) => form === 'compressed').length;
  if (compressed <= COMPRESSED_MAX) return undefined;
  return `must have at most ${COMPRESSED_MAX} certificates with compressed points`;
}

function parsed({ label, text, base64 }: PemBlock): X509Certificate | undefined {
  try {
    const certificate = new X509Certificate(text);
    const isWhole = Buffer.from(base64, 'base64').equals(certificate.raw) || label.startsWith('T');
    // Also throws for a key of an unknown algorithm.
    return isWhole && certificate.publicKey ? certificate : undefined;
  } catch {
    return undefined;
  }
}

function certificateReasons(one: X509Certificate, place: number, nowMs: number): string[] {
  const weak = weakKeyReason(one.publicKey);
  return [
    ...dateReasons(one, place, nowMs),
    ...(weak === undefined ? [] : [`certificate ${place} has ${weak}`]),
    ...signatureReasons(one, place),
  ];
}

function authorityReasons(one: X509Certificate, place: number): string[] {
  const weak = weakKeyReason(one.publicKey);
  return [
    ...(isOfAuthority(one) ? [] : [`certificate ${place} is not of an authority`]),
    ...(weak === undefined ? [] : [`certificate ${place} has ${weak}`]),
  ];
}

/** Reports an authority. Version 1, of old roots, has no extension to say so: no `[0]` is first. */
function isOfAuthority(one: X509Certificate): boolean {
  if (one.ca) return true;
  const [outer] = derElements(one.raw) ?? [];
  const [body] = derChildren(outer);
  const isVersion1 = derChildren(body)[0]?.tag === derTag.integer;
  return isVersion1 && one.subject === one.issuer;
}

function dateReasons(one: X509Certificate, place: number, nowMs: number): string[] {
  if (one.validToDate.getTime() < nowMs) return [`certificate ${place} has expired`];
  if (one.validFromDate.getTime() > nowMs) return [`certificate ${place} is not valid yet`];
  return [];
}

/** Checks the signature, unless the certificate signs itself: nobody verifies that signature. */
function signatureReasons(one: X509Certificate, place: number): string[] {
  const isOwn = one.subject === one.issuer;
  const isWeak = /md[245]|sha1(?!\d)/i.test(one.signatureAlgorithm ?? '');
  return isWeak && !isOwn ? [`certificate ${place} is signed with MD5 or SHA-1`] : [];
}

function issuerReasons(
  one: X509Certificate,
  place: number,
  issuer: X509Certificate | undefined,
): string[] {
  if (issuer === undefined) return [];
  const isSame = one.fingerprint256 === issuer.fingerprint256;
  const isIssued = one.checkIssued(issuer) && isOfAuthority(issuer) && verifies(one, issuer);
  return isIssued && !isSame
    ? []
    : [`certificate ${place + 1} must be the issuer of certificate ${place}`];
}

function verifies(one: X509Certificate, issuer: X509Certificate): boolean {
  try {
    return one.verify(issuer.publicKey);
  } catch {
    return false;
  }
}

/** Clients ignore the common name of a server (RFC 9525, section 2). */
function nameReasons(leaf: X509Certificate | undefined): string[] {
  const isOfServer = leaf?.keyUsage?.includes(SERVER_AUTH) === true;
  const lacksName = isOfServer && (leaf.subjectAltName ?? '') === '';
  return lacksName ? ['certificate 1 is for a server and has no subjectAltName'] : [];
}
