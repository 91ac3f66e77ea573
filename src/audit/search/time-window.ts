import { sql } from 'kysely';
import { limits } from '../../core/limits.js';
import type { Reads } from '../../platform/storage/reads.js';
import type { AuditFilter } from '../domain/audit-filter.js';
import { firstIndex, type Probed } from '../domain/first-index.js';
import type { Stretch } from './driver.js';
import { exists, searched } from './search-sql.js';

export type Times = Pick<AuditFilter, 'sinceMs' | 'untilMs'>;

// Entries are in time order except for `auditLateMs`; entries further off are listed as late. An
// entry and its comparison entry may both be off by that much.
const MARGIN_MS = 2 * limits.auditLateMs;

/** Returns a range outside of which only late entries have these times, in a log of this size. */
export async function outerWindow(database: Reads, times: Times, size: number): Promise<Stretch> {
  return stretchOf(database, size, times, MARGIN_MS);
}

/** Returns a range inside of which all entries but late ones have these times. */
export async function innerWindow(database: Reads, times: Times, size: number): Promise<Stretch> {
  return stretchOf(database, size, times, -MARGIN_MS);
}

async function stretchOf(
  database: Reads,
  size: number,
  { sinceMs, untilMs }: Times,
  widerMs: number,
): Promise<Stretch> {
  const [from, below] = await Promise.all([
    sinceMs === undefined ? 0 : firstAt(database, sinceMs - widerMs, size),
    untilMs === undefined ? size : firstAt(database, untilMs + widerMs, size),
  ]);
  return { from, below: Math.max(from, below) };
}

async function firstAt(database: Reads, ms: number, size: number): Promise<number> {
  return firstIndex(size, async (indexes) => {
    const entries = await entriesFrom(database, indexes);
    return indexes.map((_, at): Probed | undefined => {
      const entry = entries.get(at);
      return entry && { index: entry.leaf_index, isReached: entry.time_ms >= ms };
    });
  });
}

interface Entry {
  readonly at: number;
  readonly leaf_index: number;
  readonly time_ms: number;
}

/** Returns for each index the first entry from there on that is not late. */
async function entriesFrom(
  database: Reads,
  indexes: readonly number[],
): Promise<ReadonlyMap<number, Entry>> {
  // The stage as an expression without an index: the scan in leaf order ends at the first match.
  const late = sql`SELECT 1 FROM audit_names AS n
    WHERE n.kind = 'late' AND n.name = '' AND n.call_index = e.leaf_index`;
  const entries = indexes.map((index, at) => {
    const entry = sql`SELECT leaf_index, time_ms FROM ${searched(database.dialect)}
      WHERE leaf_index >= ${index} AND (stage || '') IN ('single', 'intent')
      AND NOT ${exists(late, database.dialect)}
      ORDER BY leaf_index LIMIT 1`;
    return sql`SELECT ${sql.lit(at)} AS at, leaf_index, time_ms
      FROM (${entry}) AS ${sql.ref(`entry${at}`)}`;
  });
  const { rows } = await database.query((db) =>
    sql<Entry>`${sql.join(entries, sql` UNION ALL `)}`.execute(db),
  );
  return new Map(rows.map((row) => [row.at, row]));
}
