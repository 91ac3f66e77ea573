import type { AuditResult } from './audit-event.js';

/** Work of the gateway or of an operator that calls no cluster. */
export const succeeded = {
  outcome: 'allowed',
  code: 200,
  plane: 'none',
  upstreamIds: [],
} as const satisfies AuditResult;

/** Such work that failed. */
export function failedFor(code: number): AuditResult {
  return { ...succeeded, outcome: 'failed', code };
}
