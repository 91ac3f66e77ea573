import type { SecretValue } from '../../core/secret-value.js';
import type { SecretData } from './secret.js';

const SUBJECT = 'system:serviceaccount:';
const CLAIM = 'kubernetes.io';

/**
 * Reports whether the key `token` contains a JWT of a ServiceAccount. Deleting its Secret revokes
 * such a token. To recreate a Secret of equal name and content makes the token valid again.
 * https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/
 */
export function holdsServiceAccountToken(data: SecretData): boolean {
  const value = data.get('token');
  return value !== undefined && isServiceAccountToken(value);
}

/** Reports whether a value is a JWT of a ServiceAccount. */
export function isServiceAccountToken(value: SecretValue): boolean {
  const parts = value.revealText()?.trim().split('.') ?? [];
  return parts.length === 3 && isOfServiceAccount(claimsOf(parts[1] ?? ''));
}

function isOfServiceAccount(claims: Readonly<Record<string, unknown>>): boolean {
  const { sub } = claims;
  if (typeof sub === 'string' && sub.startsWith(SUBJECT)) return true;
  return Object.keys(claims).some((name) => name === CLAIM || name.startsWith(`${CLAIM}/`));
}

function claimsOf(part: string): Readonly<Record<string, unknown>> {
  try {
    const claims: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return typeof claims === 'object' && claims !== null ? { ...claims } : {};
  } catch {
    return {};
  }
}
