import type { ParsedPolicy } from '../domain/rotation-policy.js';

export interface PolicyMeasures {
  /** Creation time of the oldest current credential. */
  readonly oldestCredentialMs: number | undefined;
  /** End of the first certificate. */
  readonly firstExpiryMs: number | undefined;
}

/** Returns measures of all policies by their statuses, so that a restart does not lose them. */
export function policyMeasures(policies: Iterable<ParsedPolicy>): PolicyMeasures {
  let oldestMs = Infinity;
  let firstMs = Infinity;
  for (const { policy } of policies) {
    oldestMs = Math.min(oldestMs, timeIn(policy.status['lastSuccessTime']));
    firstMs = Math.min(firstMs, timeIn(policy.status['certificateExpiryTime']));
  }
  return { oldestCredentialMs: known(oldestMs), firstExpiryMs: known(firstMs) };
}

function timeIn(text: unknown): number {
  return (typeof text === 'string' && Date.parse(text)) || Infinity;
}

function known(ms: number): number | undefined {
  return ms === Infinity ? undefined : ms;
}
