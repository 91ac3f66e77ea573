import { rotationLimits } from '../../../core/rotation-limits.js';

/** Deliveries that failed so far, and the age of the notification. */
export interface FailedDelivery {
  readonly attempts: number;
  readonly ageMs: number;
}

/** In how many ms to try again; undefined: not any more. `random`: at least 0, below 1. */
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
