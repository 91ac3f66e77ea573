import { limits } from '../../core/limits.js';
import type { Decision } from '../access.service.js';

const BY_RBAC = 'RBAC: allowed by';

/** An allow that another authoriser than RBAC gave: no watch shows when it takes that back. */
export function isForeignAllow({ allowed, reason }: Decision): boolean {
  return allowed && !reason.startsWith(BY_RBAC);
}

/** From the moment it was asked for; long only for an allow by RBAC while RBAC is watched. */
export function decisionKeptMs(decision: Decision, isWatchLive: boolean): number {
  const isWatched = decision.allowed && !isForeignAllow(decision) && isWatchLive;
  return isWatched ? limits.decisionKeptMs : limits.decisionKeptShortMs;
}
