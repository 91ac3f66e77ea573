import type { ParsedPolicy } from '../domain/rotation-policy.js';

export interface PolicyMeasures {
  /** When that of all current credentials was made that is the oldest. */
  readonly oldestCredentialMs: number | undefined;
  /** When the first certificate ends. */
  readonly firstExpiryMs: number | undefined;
}

/** Over all policies, as their statuses say, so that a restart does not forget them. */
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
