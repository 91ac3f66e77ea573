/** `rejected`: the receiver never will take it. */
export type DeliveryOutcome = 'delivered' | 'retry' | 'rejected';

/** Request Timeout, Too Early, Too Many Requests: of 4xx those that pass. */
const PASSING = new Set([408, 425, 429]);

/** What a receiver's status means; a redirect is followed nowhere, so it is a no. */
export function classifyDelivery(status: number): DeliveryOutcome {
  if (status >= 200 && status < 300) return 'delivered';
  return status >= 500 || PASSING.has(status) ? 'retry' : 'rejected';
}
