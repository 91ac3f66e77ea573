import { IdentityRefused, Principal } from '../../core/principal.js';

/** Facts of a verified handshake about a client's certificate. */
export interface CertificateFacts {
  readonly commonNames: readonly string[];
  readonly organizations: readonly string[];
  /** SHA-256 of its DER form, in hexadecimal. */
  readonly fingerprint: string;
  readonly notAfterMs: number;
  /** Whether a configured authority issued it, for clients, and it was valid then. */
  readonly isTrusted: boolean;
  /** Whether it may sign others: such a certificate identifies nobody. */
  readonly isAuthority: boolean;
}

/**
 * Maps CN to the user and each O to a group, as the API server does. Requires exactly one CN: Go
 * takes the last of several, others the first. Throws IdentityRefused.
 * https://kubernetes.io/docs/reference/access-authn-authz/authentication/#x509-client-certificates
 */
export function principalFromCertificate(facts: CertificateFacts, nowMs: number): Principal {
  if (!facts.isTrusted) throw new IdentityRefused('the certificate is not trusted');
  if (facts.isAuthority) throw new IdentityRefused('the certificate is of an authority');
  if (facts.notAfterMs <= nowMs) throw new IdentityRefused('the certificate has expired');
  const [username, ...others] = facts.commonNames;
  if (username === undefined || others.length > 0) {
    throw new IdentityRefused('the certificate has not exactly one common name');
  }
  return Principal.forUser({
    username,
    groups: facts.organizations,
    kind: 'certificate',
    credentialId: `X509SHA256=${facts.fingerprint}`,
    expiresAtMs: facts.notAfterMs,
  });
}
