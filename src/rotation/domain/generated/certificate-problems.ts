import { isIP } from 'node:net';
import type { FieldError } from '../../../core/errors/sallyport-error.js';
import { rotationLimits } from '../../../core/rotation-limits.js';
import { secretNameReason } from '../../../secrets/domain/names.js';
import type { CertificateRules } from '../rotation-spec.js';

/** RFC 5280, ub-common-name. */
const COMMON_NAME_CHARACTERS_MAX = 64;
const DAY_MS = 24 * 60 * 60 * 1_000;
const dnsLabel = '[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?';
const dnsName = new RegExp(`^(?:\\*\\.)?${dnsLabel}(?:\\.${dnsLabel})*$`, 'i');
const uri = /^[a-z][a-z0-9+.-]*:[\x21-\x7e]+$/i;

/** Returns what a certificate cannot contain (RFC 5280, section 4.2.1.6), by pointer. */
export function certificateProblems(rules: CertificateRules): readonly FieldError[] {
  const caReason = rules.ca === undefined ? undefined : secretNameReason(rules.ca.secretName);
  return [
    ...problem('/commonName', commonNameReason(rules)),
    ...namesProblems('/dnsNames', rules.dnsNames, dnsNameReason),
    ...namesProblems('/ipAddresses', rules.ipAddresses, ipAddressReason),
    ...namesProblems('/uris', rules.uris, uriReason),
    ...problem('/lifetime', lifetimeReason(rules.lifetimeMs)),
    ...problem('/ca/secretName', caReason),
  ];
}

/** Reports whether a text has no line ends or other control characters, and a UTF-8 form. */
export function isOneLine(text: string): boolean {
  return !/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u.test(text);
}

function commonNameReason(rules: CertificateRules): string | undefined {
  const { commonName, dnsNames, ipAddresses, uris, ca } = rules;
  const hasOthers = dnsNames.length + ipAddresses.length + uris.length > 0;
  // An issuer has a name: RFC 5280, section 4.1.2.4.
  if (commonName === '' && (ca === undefined || !hasOthers)) {
    return 'must not be empty in a self-signed certificate, or where there are no other names';
  }
  if (commonName.length <= COMMON_NAME_CHARACTERS_MAX && isOneLine(commonName)) return undefined;
  return `must be one line of at most ${COMMON_NAME_CHARACTERS_MAX} characters`;
}

function dnsNameReason(name: string): string | undefined {
  if (isIP(name) !== 0) return 'must be a DNS name: addresses go into ipAddresses';
  if (name.length <= 253 && dnsName.test(name)) return undefined;
  return 'must be a DNS name, of which the first label alone may be *';
}

function ipAddressReason(address: string): string | undefined {
  if (isIP(address) !== 0 && !address.includes('%')) return undefined;
  return 'must be an IPv4 or IPv6 address without a zone';
}

function uriReason(text: string): string | undefined {
  const { certificateUriCharactersMax } = rotationLimits;
  if (text.length <= certificateUriCharactersMax && uri.test(text) && URL.canParse(text)) {
    return undefined;
  }
  return `must be an absolute URI of at most ${certificateUriCharactersMax} characters`;
}

function lifetimeReason(lifetimeMs: number): string | undefined {
  const { certificateLifetimeMsMin, certificateLifetimeMsMax } = rotationLimits;
  if (lifetimeMs >= certificateLifetimeMsMin && lifetimeMs <= certificateLifetimeMsMax) {
    return undefined;
  }
  return `must be from one hour to ${certificateLifetimeMsMax / DAY_MS} days`;
}

function namesProblems(
  pointer: string,
  names: readonly string[],
  reasonOf: (name: string) => string | undefined,
): readonly FieldError[] {
  const { certificateNamesMax } = rotationLimits;
  if (names.length > certificateNamesMax) {
    return problem(pointer, `must be at most ${certificateNamesMax}`);
  }
  return names.flatMap((name, index) => problem(`${pointer}/${index}`, reasonOf(name)));
}

function problem(pointer: string, reason: string | undefined): readonly FieldError[] {
  return reason === undefined ? [] : [{ pointer, reason }];
}
