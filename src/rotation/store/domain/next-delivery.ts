import { rotationLimits } from '../../../core/rotation-limits.js';

/** Number of failed deliveries, and the age of the notification. */
export interface FailedDelivery {
  readonly attempts: number;
  readonly ageMs: number;
}

/** Returns the ms until the next attempt; undefined: give up. `random`: at least 0, below 1. */
export function nextDeliveryMs(
  { attempts, ageMs }: FailedDelivery,
  random: number,
): number | undefined {
  const { outboxAttemptsMax, outboxAgeMsMax, outboxBackoffMsMin, outboxBackoffMsMax } =
    rotationLimits;
  if (attempts >= outboxAttemptsMax || ageMs >= outboxAgeMsMax) return undefined;
  const backoffMs = Math.min(outboxBackoffMsMax, outboxBackoffMsMin * 2 ** (attempts - 1));
  return Math.round(backoffMs * (0.5 + random / 2));
}
