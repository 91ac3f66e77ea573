import { type Kysely, type RawBuilder, sql } from 'kysely';
import { limits } from '../../core/limits.js';
import type { Schema } from '../../platform/storage/schema.js';
import {
  type HistoryMinimums,
  isLongDeleted,
  isSpare,
  type JudgedHistory,
} from '../domain/history-minimums.js';
import type { QuotaHistory } from '../domain/plan-quota.js';
import { placedVersions, type PlacedVersion } from './placed-versions.js';
import { hasNoAlias } from './prunable.js';
import type { HistoryRow } from './version-rows.js';

type JudgedRow = Pick<HistoryRow, 'id' | 'deleted_ms' | 'pending_version'>;

/** Version that no minimum protects. */
export type SpareVersion = PlacedVersion & {
  readonly created_ms: number;
  /** Whether a user has given it a name. */
  readonly isNamed: boolean;
};

/** Time until which it was current, or of its creation: its age counts from it. */
const SINCE_MS = sql`CASE WHEN until_ms > created_ms THEN until_ms ELSE created_ms END`;

/** Histories with deletable versions, and the size above which there are no others. */
export interface SpareHistories {
  readonly histories: readonly QuotaHistory<SpareVersion>[];
  readonly bytesMin: number;
}

/**
 * Returns the largest histories of a namespace with a deletable version. They are usually among the
 * few largest; if not, searches all histories.
 */
export async function spareHistories(
  db: Kysely<Schema>,
  namespaceUid: string,
  minimums: HistoryMinimums,
): Promise<SpareHistories> {
  const nowMs = Date.now();
  const largest = await bySize(db, namespaceUid)
    .select(hasSpare(minimums, nowMs).as('has_spare'))
    .limit(limits.versionQuotaLargestMax)
    .execute();
  const isAll = largest.length < limits.versionQuotaLargestMax;
  // SQLite returns numbers.
  const some = largest.filter((row) => Boolean(row.has_spare));
  if (some.length > 0 || isAll) {
    const rows = some.slice(0, limits.versionQuotaHistoriesMax);
    const last = rows.length < some.length ? rows.at(-1) : isAll ? undefined : largest.at(-1);
    const histories = await withSpare(db, rows, minimums, nowMs);
    return { histories, bytesMin: last?.history_bytes ?? 0 };
  }
  const rows = await bySize(db, namespaceUid)
    .where(hasSpare(minimums, nowMs))
    .limit(limits.versionQuotaHistoriesMax)
    .execute();
  const isEvery = rows.length < limits.versionQuotaHistoriesMax;
  const histories = await withSpare(db, rows, minimums, nowMs);
  return { histories, bytesMin: isEvery ? 0 : (rows.at(-1)?.history_bytes ?? 0) };
}

function bySize(db: Kysely<Schema>, namespaceUid: string) {
  return db
    .selectFrom('secret_histories')
    .select(['id', 'history_bytes', 'deleted_ms', 'pending_version'])
    .where('namespace_uid', '=', namespaceUid)
    .orderBy('history_bytes', 'desc')
    .orderBy('id');
}

async function withSpare(
  db: Kysely<Schema>,
  rows: readonly (JudgedRow & Pick<HistoryRow, 'history_bytes'>)[],
  minimums: HistoryMinimums,
  nowMs: number,
): Promise<readonly QuotaHistory<SpareVersion>[]> {
  const found: QuotaHistory<SpareVersion>[] = [];
  for (const row of rows) {
    const spare = await spareVersions(db, row, minimums, nowMs);
    found.push({ id: row.id, bytes: row.history_bytes, spare });
  }
  return found;
}

/** Returns unprotected versions of a history, oldest first, as many as fit in one statement. */
export async function spareVersions(
  db: Kysely<Schema>,
  row: JudgedRow,
  minimums: HistoryMinimums,
  nowMs: number,
): Promise<readonly SpareVersion[]> {
  const history = await judged(db, row, minimums);
  const isGone = isLongDeleted(history, minimums, nowMs);
  const all = placedVersions(db)
    .select(['created_ms', 'until_ms', 'held', 'state'])
    .select((eb) => hasNoAlias(eb).as('is_unnamed'))
    .where('history_id', '=', row.id)
    .where(SINCE_MS, '<=', nowMs - minimums.ageMs)
    .orderBy('version')
    .limit(limits.versionRowsAtOnceMax);
  const some = all.where('held', '=', 0).where('state', '<>', 'destroyed');
  const rows = await (isGone ? all : some).execute();
  return rows
    .filter((one) => {
      const { version, created_ms: createdMs, until_ms: untilMs } = one;
      const [isHeld, isDestroyed] = [one.held === 1, one.state === 'destroyed'];
      const candidate = { version, createdMs, untilMs: untilMs ?? undefined, isHeld, isDestroyed };
      return isSpare(candidate, history, minimums, nowMs);
    })
    .map((one) => ({ ...one, isNamed: !one.is_unnamed }));
}

/** Returns the facts of a history that the minimums need. */
export async function judged(
  db: Kysely<Schema>,
  { id, deleted_ms: deletedMs, pending_version: pending }: JudgedRow,
  { count }: HistoryMinimums,
): Promise<JudgedHistory> {
  const newest = await db
    .selectFrom('secret_versions')
    .select('version')
    .where('history_id', '=', id)
    .where('state', '<>', 'destroyed')
    .orderBy('version', 'desc')
    .limit(1)
    .offset(count - 1)
    .executeTakeFirst();
  return {
    deletedMs: deletedMs ?? undefined,
    hasPending: pending !== null,
    newestFrom: newest?.version,
  };
}

/** Implements `isSpare` in the database, for whole histories: skips those without spare ones. */
function hasSpare(minimums: HistoryMinimums, nowMs: number): RawBuilder<boolean> {
  return sql<boolean>`EXISTS (SELECT 1 FROM secret_versions
    WHERE history_id = secret_histories.id AND ${SINCE_MS} <= ${nowMs - minimums.ageMs}
      AND ((deleted_ms IS NOT NULL AND deleted_ms <= ${nowMs - minimums.deletedAgeMs}
          AND pending_version IS NULL)
        OR (held = 0 AND state <> 'destroyed' AND version < (SELECT newest.version
          FROM secret_versions AS newest WHERE newest.history_id = secret_histories.id
            AND newest.state <> 'destroyed'
          ORDER BY newest.version DESC LIMIT 1 OFFSET ${minimums.count - 1}))))`;
}
