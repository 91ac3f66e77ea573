import type { Kysely } from 'kysely';
import type { Schema } from '../../platform/storage/schema.js';
import {
  type HistoryMarks,
  historyKey,
  type RecordFacts,
  stateKey,
} from '../domain/plan-record.js';
import type { NewVersion } from '../domain/versions.store.js';
import { chunks } from './chunks.js';
import { type HistoryRow, marksOf } from './version-rows.js';

/** Facts, and the rows of the histories among them. */
export interface FoundFacts {
  readonly facts: RecordFacts;
  /** Rows by `historyKey`. */
  readonly rows: ReadonlyMap<string, HistoryRow>;
}

/** Reads stored histories and states of a batch; the caller has locked them. */
export async function readFacts(
  db: Kysely<Schema>,
  versions: readonly NewVersion[],
): Promise<FoundFacts> {
  const rows = await rowsOfHistories(db, versions);
  const histories = new Map<string, HistoryMarks>();
  for (const [key, row] of rows) histories.set(key, marksOf(row));
  const known = new Map<string, number>();
  const seenUids = new Set<string>();
  for (const some of chunks([...new Set(versions.map((made) => made.secretUid))])) {
    const wanted = new Set(some);
    const states = versions.filter((made) => wanted.has(made.secretUid));
    for (const found of await statesOf(db, states)) {
      known.set(stateKey(found.secret_uid, found.resource_version), found.version);
    }
    for (const uid of await uidsOf(db, some)) seenUids.add(uid);
  }
  return { facts: { histories, known, seenUids }, rows };
}

async function rowsOfHistories(
  db: Kysely<Schema>,
  versions: readonly NewVersion[],
): Promise<ReadonlyMap<string, HistoryRow>> {
  const found = new Map<string, HistoryRow>();
  const refs = new Map(versions.map(({ history }) => [historyKey(history), history]));
  for (const some of chunks([...refs.values()])) {
    const rows = await db
      .selectFrom('secret_histories')
      .selectAll()
      .where((eb) =>
        eb(
          eb.refTuple('namespace_uid', 'name'),
          'in',
          some.map(({ namespaceUid, name }) => eb.tuple(namespaceUid, name)),
        ),
      )
      .execute();
    for (const row of rows) {
      found.set(historyKey({ namespaceUid: row.namespace_uid, name: row.name }), row);
    }
  }
  return found;
}

async function statesOf(db: Kysely<Schema>, states: readonly NewVersion[]) {
  const found: { secret_uid: string; resource_version: string; version: number }[] = [];
  for (const some of chunks(states)) {
    const rows = await db
      .selectFrom('secret_versions')
      .select(['secret_uid', 'resource_version', 'version'])
      .where((eb) =>
        eb(
          eb.refTuple('secret_uid', 'resource_version'),
          'in',
          some.map(({ secretUid, resourceVersion }) => eb.tuple(secretUid, resourceVersion)),
        ),
      )
      .execute();
    found.push(...rows);
  }
  return found;
}

async function uidsOf(db: Kysely<Schema>, uids: readonly string[]): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('secret_versions')
    .select('secret_uid')
    .distinct()
    .where('secret_uid', 'in', uids)
    .execute();
  return rows.map((row) => row.secret_uid);
}
