import type { z } from 'zod';
import type { auditFilterSchema } from './audit.operations.js';
import type { AuditFilter } from './domain/audit-filter.js';
import { indexedName } from './domain/index-columns.js';
import { parseTime } from './domain/parse-time.js';

/** Returns the filter of a request, ages counted from now. */
export function toAuditFilter(
  given: z.output<typeof auditFilterSchema>,
  nowMs = Date.now(),
): AuditFilter {
  const { since, until, ...rest } = given;
  // Spelled as in the log, where names contain only what both databases accept.
  const names = Object.entries(rest).map(([member, value]) => [
    member,
    typeof value === 'string' ? indexedName(value) : value,
  ]);
  const bounds = {
    sinceMs: since === undefined ? undefined : parseTime(since, nowMs),
    untilMs: until === undefined ? undefined : parseTime(until, nowMs),
  };
  const members = [...names, ...Object.entries(bounds)].filter(([, value]) => value !== undefined);
  return Object.fromEntries(members) as AuditFilter; // absent members were taken out, no more
}
