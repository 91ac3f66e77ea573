import { limits } from '../../core/limits.js';
import type { Decision } from '../access.service.js';

const BY_RBAC = 'RBAC: allowed by';

/** Reports an allow by an authorizer other than RBAC: no watch reports its revocation. */
export function isForeignAllow({ allowed, reason }: Decision): boolean {
  return allowed && !reason.startsWith(BY_RBAC);
}

/** Returns the lifetime from the question on; long only for an RBAC allow while RBAC is watched. */
export function decisionKeptMs(decision: Decision, isWatchLive: boolean): number {
  const isWatched = decision.allowed && !isForeignAllow(decision) && isWatchLive;
  return isWatched ? limits.decisionKeptMs : limits.decisionKeptShortMs;
}
