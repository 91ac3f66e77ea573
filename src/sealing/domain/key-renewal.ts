import { sealingLimits } from '../../core/sealing-limits.js';

/**
 * Reports whether another key pair takes the place of one. A key from the future is not due: its
 * replica has another clock.
 */
export function isRenewalDue(createdMs: number, nowMs: number): boolean {
  return nowMs - createdMs >= sealingLimits.renewedAfterMs;
}
