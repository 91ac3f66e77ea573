import { rotationLimits } from '../../core/rotation-limits.js';

/** Combines the caller's signal with the time limit of a target's calls. */
export function boundedCall(signal: AbortSignal): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(rotationLimits.targetCallMsMax)]);
}
