import type { Delivery } from '../sink.js';

/** What to do with a batch next. */
export type NextStep = 'goOn' | 'again' | 'split' | 'bury';

export interface DeliveryHistory {
  /** Entries of the batch. */
  readonly events: number;
  /** Times that the receiver has answered and failed with this batch. */
  readonly answeredFailures: number;
  readonly attemptsMax: number;
}

/**
 * A receiver that is not there is waited for, since its absence says nothing about the batch; one
 * that answers and fails again and again, or says no, must not keep what comes behind.
 */
export function afterDelivery(
  kind: Delivery['kind'],
  { events, answeredFailures, attemptsMax }: DeliveryHistory,
): NextStep {
  switch (kind) {
    case 'taken':
      return 'goOn';
    case 'failed':
      return answeredFailures < attemptsMax ? 'again' : 'bury';
    case 'tooLarge':
      return events > 1 ? 'split' : 'bury';
    case 'refused':
      return 'bury';
  }
}
