import { invalid, SallyportError } from '../../core/errors/sallyport-error.js';
import { limits } from '../../core/limits.js';
import type { SearchReads } from '../../platform/storage/reads.js';
import {
  type AuditCounts,
  type AuditDimension,
  rankCounts,
  valuesOf,
} from '../domain/audit-dimension.js';
import type { AuditFilter } from '../domain/audit-filter.js';
import type { Stretch } from './driver.js';
import { type Group, groupsIn } from './groups.js';
import { countByIndex } from './index-counts.js';
import type { OpenIntents } from './open-intents.js';
import { nextSlice, type Part, planSearch } from './search-plan.js';

/** Index rows that one query reads. */
const ROWS = 20_000;

export interface CountRequest {
  readonly by: AuditDimension;
  /** Maximum number of values in the response. */
  readonly limit: number;
}

/**
 * Counts events of a filter by each value of a dimension. Throws Timeout after
 * `limits.auditCountMsMax`, and Invalid beyond `limits.auditCountValuesMax` values.
 */
export async function countEvents(
  database: Omit<SearchReads, 'close'>,
  intents: OpenIntents,
  given: AuditFilter,
  { by, limit }: CountRequest,
): Promise<AuditCounts> {
  const untilMs = performance.now() + limits.auditCountMsMax;
  // Few events are marked, and the others do not count.
  const filter = by === 'mark' ? { mark: '*', ...given } : given;
  const plan = await planSearch(database, intents, { filter, rows: limits.listItemsMax });
  const counts = new Map<string, number>();
  if (plan === undefined) return rankCounts(by, counts, limit);
  const known = await countByIndex(database, plan, by);
  add(counts, by, known?.added ?? []);
  add(
    counts,
    by,
    (known?.removed ?? []).map(({ value, found }) => ({ value, found: -found })),
  );
  for (const part of plan.parts.flatMap((one) => outside(one, known?.covered))) {
    let { below } = part;
    while (below > part.from) {
      if (performance.now() > untilMs) throw tooLong();
      const slice = await nextSlice(database, { ...part, below }, ROWS);
      add(counts, by, await groupsIn(database, plan, slice, by));
      below = slice.from;
    }
  }
  return rankCounts(by, counts, limit);
}

/** Returns a part without the calls in a range. */
function outside(part: Part, stretch: Stretch | undefined): readonly Part[] {
  if (stretch === undefined) return [part];
  const pieces = [
    { ...part, from: Math.max(part.from, stretch.below) },
    { ...part, below: Math.min(part.below, stretch.from) },
  ];
  return pieces.filter(({ from, below }) => from < below);
}

function add(counts: Map<string, number>, by: AuditDimension, groups: readonly Group[]): void {
  for (const { value, found } of groups) {
    for (const name of valuesOf(by, value)) {
      counts.set(name, (counts.get(name) ?? 0) + Number(found));
    }
  }
  if (counts.size > limits.auditCountValuesMax) {
    throw invalid(
      [{ pointer: '/query/by', reason: `more than ${limits.auditCountValuesMax} values` }],
      `there are more than ${limits.auditCountValuesMax} values to count by: narrow the filter`,
    );
  }
}

function tooLong(): SallyportError {
  return new SallyportError(
    'Timeout',
    `counting takes longer than ${limits.auditCountMsMax / 1_000} s: narrow the filter, for ` +
      'example by since, until, namespace or secret',
  );
}
