import { type SqlBool, type RawBuilder, sql } from 'kysely';
import { limits } from '../../core/limits.js';
import type { Reads, SearchReads } from '../../platform/storage/reads.js';
import type { AlteredEntries } from '../altered-entries.js';
import type { AuditFilter } from '../domain/audit-filter.js';
import {
  type AuditPage,
  type AuditPageRequest,
  checkedLimit,
  cursorAfter,
  leafIndexOf,
} from '../domain/audit-query.js';
import { type StoredEvent, viewOf } from '../domain/audit-view.js';
import { checkedEvent, type ReadEntry } from '../domain/checked-event.js';
import type { OpenIntents } from './open-intents.js';
import {
  inSlice,
  nextSlice,
  openIn,
  planSearch,
  type SearchPlan,
  type Slice,
} from './search-plan.js';
import { searched } from './search-sql.js';

const ROWS_MIN = 128;
const ROWS_MAX = 4_096;
/** Rows if other indexes exclude most of them. */
const COMMON_ROWS_MAX = 16_384;
/** Slices that take longer do not grow: each is one statement, which has its own deadline. */
const SLICE_MS = 60;
/** Rows of an index with all events, which is read only until the page is full. */
const ROWS_OF_ALL = 20_000;

const BY_CALL = sql`e.call_index`;
const SORTED_BY_CALL = sql`+e.call_index`;

export interface ListParts {
  readonly database: Omit<SearchReads, 'close'>;
  readonly intents: OpenIntents;
  readonly altered: Pick<AlteredEntries, 'tell'>;
}

/**
 * Returns a page of events, newest first. After `limits.auditSearchMsMax`, the page ends early: it
 * has fewer events than allowed, and the next page resumes where the search stopped.
 */
export async function listEvents(
  { database, intents, altered }: ListParts,
  filter: AuditFilter,
  request: AuditPageRequest,
): Promise<AuditPage> {
  const limit = checkedLimit(request.limit);
  const cursor = request.cursor === undefined ? undefined : leafIndexOf(request.cursor);
  const untilMs = performance.now() + limits.auditSearchMsMax;
  const plan = await planSearch(database, intents, { filter, below: cursor, rows: limit + 1 });
  if (plan === undefined) return { items: [] };
  const found = new Map<number, StoredEvent>();
  let looked: Slice | undefined;
  for await (const slice of slices(database, plan, limit)) {
    looked = slice;
    for (const stored of await eventsIn(database, plan, slice, limit + 1 - found.size)) {
      found.set(stored.callIndex, stored);
    }
    if (found.size > limit || performance.now() > untilMs) break;
    looked = undefined;
  }
  const items = [...found.values()].slice(0, limit);
  for (const { isAltered, leafIndex } of items) if (isAltered) altered.tell(leafIndex);
  const last = items.at(-1);
  const next = found.size > limit ? last?.callIndex : looked?.from;
  return {
    items: items.map((stored) => viewOf(stored)),
    ...(next !== undefined && next > 0 && { continue: cursorAfter(next) }),
  };
}

/** Yields the calls to read, newest first, few at first and then more at a time. */
async function* slices(database: Reads, plan: SearchPlan, limit: number) {
  let rows = Math.max(ROWS_MIN, limit + 1);
  for (const part of plan.parts) {
    let { below } = part;
    while (below > part.from) {
      const count = part.drivers.length === 0 ? ROWS_OF_ALL : rows;
      const slice = await nextSlice(database, { ...part, below }, count);
      const startedAt = performance.now();
      yield slice;
      below = slice.from;
      const isQuick = performance.now() - startedAt < SLICE_MS;
      if (isQuick) rows = Math.min(slice.others.length > 0 ? COMMON_ROWS_MAX : ROWS_MAX, rows * 4);
    }
  }
}

async function eventsIn(
  database: Reads,
  plan: SearchPlan,
  slice: Slice,
  limit: number,
): Promise<readonly StoredEvent[]> {
  const open = openIn(plan, slice, database.dialect);
  // Before the others: a call that is concluded meanwhile is then found twice, not never.
  const left = open === undefined ? [] : await eventsOf(database, plan, open, BY_CALL, limit);
  // All entries are walked in order; for an index, only its rows in the slice.
  const order = slice.driver.by === 'all' ? BY_CALL : SORTED_BY_CALL;
  const listed = await eventsOf(database, plan, inSlice(slice, database.dialect), order, limit);
  const byCall = new Map([...left, ...listed].map((stored) => [stored.callIndex, stored]));
  return [...byCall.values()].toSorted((a, b) => b.callIndex - a.callIndex).slice(0, limit);
}

async function eventsOf(
  database: Reads,
  plan: SearchPlan,
  where: RawBuilder<SqlBool>,
  order: RawBuilder<unknown>,
  limit: number,
): Promise<readonly StoredEvent[]> {
  const { dialect } = database;
  const of = sql`FROM ${searched(dialect)} WHERE ${where} AND ${plan.condition}
    ORDER BY ${order} DESC LIMIT ${sql.lit(limit)}`;
  // SQLite's events are stored elsewhere: only those of the page are read, and no pruned event.
  const query =
    dialect === 'sqlite'
      ? sql<ReadEntry>`SELECT e.leaf_index, e.call_index, e.source, l.event, l.leaf_hash
          FROM (SELECT e.leaf_index, e.call_index, e.source ${of}) AS e
          CROSS JOIN audit_entries AS l ON l.leaf_index = e.leaf_index`
      : sql<ReadEntry>`SELECT e.leaf_index, e.call_index, e.source, e.event, e.leaf_hash ${of}`;
  const rows = await database.query(async (db) => (await query.execute(db)).rows);
  return rows.map(checkedEvent);
}
