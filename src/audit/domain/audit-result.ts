import type { AuditResult } from './audit-event.js';

/** Result of work by the gateway or an operator that calls no cluster. */
export const succeeded = {
  outcome: 'allowed',
  code: 200,
  plane: 'none',
  upstreamIds: [],
} as const satisfies AuditResult;

/** Returns the result of such work that failed. */
export function failedFor(code: number): AuditResult {
  return { ...succeeded, outcome: 'failed', code };
}
