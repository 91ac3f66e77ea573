import { syncLimits } from '../../../core/sync-limits.js';
import type { JwtNotifySpec } from '../../domain/notify-spec.js';

/** Algorithms of Google and Entra, and the one of other issuers with small keys. */
export const NOTIFY_ALGORITHMS: readonly string[] = ['RS256', 'ES256'];

const BEARER = /^Bearer ([A-Za-z0-9_.-]+)$/i;

/** Returns the token of an Authorization header; undefined if there is none. */
export function bearerToken(authorization: string | undefined): string | undefined {
  const [, token] = BEARER.exec(authorization ?? '') ?? [];
  const isShort = (token?.length ?? 0) <= syncLimits.notificationTokenCharactersMax;
  return isShort ? token : undefined;
}

/**
 * Reports whether claims are those of the sender. Their signature and their times are checked
 * elsewhere. An address counts only if its issuer has verified it.
 */
export function areClaimsOf(
  claims: Readonly<Record<string, unknown>>,
  { issuer, audience, claims: wanted }: JwtNotifySpec,
): boolean {
  const { iss, aud, email_verified: isVerified } = claims;
  const isFor = Array.isArray(aud) ? aud.includes(audience) : aud === audience;
  if (iss !== issuer || !isFor) return false;
  const hasAll = wanted.every(({ name, value }) => {
    return Object.hasOwn(claims, name) && claims[name] === value;
  });
  return hasAll && (isVerified === true || wanted.every(({ name }) => name !== 'email'));
}
