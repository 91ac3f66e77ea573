import type { z } from 'zod';
import type { auditFilterSchema } from './audit.operations.js';
import type { AuditFilter } from './domain/audit-filter.js';
import { parseTime } from './domain/parse-time.js';

/** The filter of a request, ages counted from now. */
export function toAuditFilter(
  given: z.output<typeof auditFilterSchema>,
  nowMs = Date.now(),
): AuditFilter {
  const { since, until, ...names } = given;
  const bounds = {
    sinceMs: since === undefined ? undefined : parseTime(since, nowMs),
    untilMs: until === undefined ? undefined : parseTime(until, nowMs),
  };
  const members = Object.entries({ ...names, ...bounds }).filter(
    ([, value]) => value !== undefined,
  );
  return Object.fromEntries(members) as AuditFilter; // absent members were taken out, no more
}
