import type { OutsideWrite } from './outside-write.js';

/** Period in which one write was reported, or several indistinguishable writes: `none`. */
export interface Claim {
  readonly fromMs: number;
  readonly toMs: number;
  readonly write: OutsideWrite | 'none';
}

/**
 * Adds a report to the claims of a Secret. Claims whose periods touch become one claim that
 * attributes the version to nobody. A repeated report counts once.
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

/** Compares; callers may choose the audit id, but not the times. */
function isSame(one: OutsideWrite, other: OutsideWrite): boolean {
  return (
    one.user.auditId === other.user.auditId &&
    one.user.username === other.user.username &&
    one.between.fromMs === other.between.fromMs &&
    one.between.toMs === other.between.toMs
  );
}
