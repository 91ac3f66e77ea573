import type { Delivery } from '../sink.js';

/** Next action for a batch. */
export type NextStep = 'goOn' | 'again' | 'split' | 'bury';

export interface DeliveryHistory {
  /** Entries of the batch. */
  readonly events: number;
  /** Times that the receiver has responded with a failure to this batch. */
  readonly answeredFailures: number;
  readonly attemptsMax: number;
}

/**
 * Decides the next step. An unreachable receiver is awaited, since its absence shows nothing about
 * the batch. A receiver that repeatedly fails, or refuses, must not block later entries.
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
