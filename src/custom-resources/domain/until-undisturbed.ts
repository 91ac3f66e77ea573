import { rotationLimits } from '../../core/rotation-limits.js';
import { SallyportError } from '../../core/errors/sallyport-error.js';

/**
 * Reads and writes again if another write intervened: the gateway writes statuses at any time.
 * Checks the caller's preconditions again each time.
 */
export async function untilUndisturbed<T>(write: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await write();
    } catch (error) {
      const wasDisturbed = error instanceof SallyportError && error.status === 409;
      if (!wasDisturbed || attempt >= rotationLimits.policyWriteAttemptsMax) throw error;
    }
  }
}
