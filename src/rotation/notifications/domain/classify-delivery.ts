/** Outcome; `rejected`: the receiver will never accept it. */
export type DeliveryOutcome = 'delivered' | 'retry' | 'rejected';

/** Request Timeout, Too Early, Too Many Requests: the 4xx statuses that may pass. */
const PASSING = new Set([408, 425, 429]);

/** Classifies a receiver's status; redirects are never followed, so a redirect is a rejection. */
export function classifyDelivery(status: number): DeliveryOutcome {
  if (status >= 200 && status < 300) return 'delivered';
  return status >= 500 || PASSING.has(status) ? 'retry' : 'rejected';
}
