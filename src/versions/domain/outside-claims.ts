import type { OutsideWrite } from './outside-write.js';

/** A time in which one write was reported, or several that cannot be told apart: `none`. */
export interface Claim {
  readonly fromMs: number;
  readonly toMs: number;
  readonly write: OutsideWrite | 'none';
}

/**
 * What is reported of one Secret, with one more: those whose times touch become one that says of
 * nobody that the version in it is theirs. The same report twice is one.
 */
export function withClaim(
  claims: readonly Claim[],
  write: OutsideWrite,
): { readonly claims: readonly Claim[]; readonly added: Claim | undefined } {
  const { fromMs, toMs } = write.between;
  const touched = claims.filter((claim) => claim.fromMs <= toMs && claim.toMs >= fromMs);
  if (touched.some((claim) => claim.write !== 'none' && isSame(claim.write, write))) {
    return { claims, added: undefined };
  }
  const added: Claim = {
    fromMs: Math.min(fromMs, ...touched.map((claim) => claim.fromMs)),
    toMs: Math.max(toMs, ...touched.map((claim) => claim.toMs)),
    write: touched.length === 0 ? write : 'none',
  };
  return { claims: [...claims.filter((claim) => !touched.includes(claim)), added], added };
}

/** Callers may choose the audit id, and the times they may not. */
function isSame(one: OutsideWrite, other: OutsideWrite): boolean {
  return (
    one.user.auditId === other.user.auditId &&
    one.user.username === other.user.username &&
    one.between.fromMs === other.between.fromMs &&
    one.between.toMs === other.between.toMs
  );
}
