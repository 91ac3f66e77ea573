import type { Kysely } from 'kysely';
import type { Database } from '../../storage/database.js';
import type { Schema } from '../../storage/schema.js';
import { type HistoryMarks, isLater } from '../domain/plan-record.js';
import type { Attribution, HistoryRef } from '../domain/version.js';
import type {
  AttributedVersion,
  NewVersion,
  Pruned,
  Recorded,
  Rewrapped,
  Sweep,
  Swept,
  WatchCursor,
} from '../domain/versions.store.js';
import { attributeOutside, attributeState, type OutsideUser } from './attribute.js';
import { setRetired, setState, type StateChange } from './change-state.js';
import { holdVersions } from './held-versions.js';
import { recordBatch } from './record-batch.js';
import { removeAlias, setAlias } from './set-alias.js';
import { sweepAged, sweepGone } from './sweep.js';
import { marksOf, markColumns } from './version-rows.js';
import type { VersionWrites } from './version-writes.js';
import { lockNamespaces, writeHistories } from './write-transaction.js';

/** What is told of writes that leave something behind that has to go. */
export interface WriteObserver {
  /** A payload or a wrapped key was taken away; at once: somebody waits for that. */
  onErased(isAtOnce: boolean): Promise<void>;
}

/** What follows a watch, which tells it again from the place that is in the database. */
const FOLLOWED = { isSyncedLater: true } as const;

/** Writes to histories, each one transaction, in either dialect. */
export class SqlVersionWrites implements VersionWrites {
  readonly #database: Database;
  readonly #observer: WriteObserver | undefined;

  constructor(database: Database, observer?: WriteObserver) {
    this.#database = database;
    this.#observer = observer;
  }

  async record(
    versions: readonly NewVersion[],
    cursor?: WatchCursor,
  ): Promise<readonly Recorded[]> {
    const recorded = await writeHistories(
      this.#database,
      async (db) => {
        const results = await recordBatch(db, versions);
        if (cursor !== undefined) await putCursor(db, cursor);
        return results;
      },
      FOLLOWED,
    );
    const hasPruned = recorded.some((one) => one.kind === 'recorded' && one.pruned.length > 0);
    if (hasPruned) await this.#observer?.onErased(false);
    return recorded;
  }

  async moveOn(ref: HistoryRef, secretUid: string, resourceVersion: string): Promise<void> {
    await this.#change(ref, (marks) => {
      if (marks.secretUid !== secretUid) return undefined;
      return isLater(resourceVersion, marks.resourceVersion)
        ? { ...marks, resourceVersion }
        : undefined;
    });
  }

  async markDeleted(ref: HistoryRef, secretUid: string, deletedMs: number): Promise<void> {
    await this.#change(ref, (marks) => {
      if (marks.secretUid !== secretUid || marks.deletedMs !== undefined) return undefined;
      return {
        ...marks,
        deletedMs,
        currentVersion: undefined,
        previousVersion: marks.currentVersion ?? marks.previousVersion,
      };
    });
  }

  attribute(
    secretUid: string,
    resourceVersion: string,
    attribution: Attribution,
  ): Promise<number | undefined> {
    return writeHistories(this.#database, (db) =>
      attributeState(db, { secretUid, resourceVersion }, attribution),
    );
  }

  attributeOutside(
    ref: Omit<HistoryRef, 'namespaceUid'>,
    between: { readonly fromMs: number; readonly toMs: number },
    user: OutsideUser,
  ): Promise<AttributedVersion | undefined> {
    return writeHistories(this.#database, (db) => attributeOutside(db, ref, between, user));
  }

  setAlias(historyId: number, alias: string, version: number): Promise<boolean> {
    return this.#soon((db) => setAlias(db, historyId, alias, version));
  }

  removeAlias(historyId: number, alias: string): Promise<number | undefined> {
    return this.#soon((db) => removeAlias(db, historyId, alias));
  }

  setRetired(historyId: number, version: number): Promise<void> {
    return this.#soon((db) => setRetired(db, historyId, version));
  }

  async setState(historyId: number, version: number, change: StateChange): Promise<boolean> {
    const isDone = await this.#soon((db) => setState(db, historyId, version, change));
    if (isDone && change.to === 'destroyed') await this.#observer?.onErased(true);
    return isDone;
  }

  async setWatchCursor(cursor: WatchCursor): Promise<void> {
    await writeHistories(this.#database, (db) => putCursor(db, cursor), FOLLOWED);
  }

  async rewrap(rows: readonly Rewrapped[]): Promise<number> {
    const done = await writeHistories(this.#database, (db) => rewrapRows(db, rows));
    if (done > 0) await this.#observer?.onErased(false);
    return done;
  }

  async sweep(sweep: Sweep): Promise<Swept> {
    const swept = await sweepAged(this.#database, sweep);
    if (swept.pruned.length > 0) await this.#observer?.onErased(false);
    return swept;
  }

  async sweepGone(namespaceUid: string, beforeMs: number): Promise<readonly Pruned[]> {
    const pruned = await sweepGone(this.#database, namespaceUid, beforeMs);
    if (pruned.length > 0) await this.#observer?.onErased(false);
    return pruned;
  }

  /** For who waits at the other end of a request. */
  #soon<T>(run: (db: Kysely<Schema>) => Promise<T>): Promise<T> {
    return writeHistories(this.#database, run, { pace: 'request' });
  }

  /** Changes the marks of a history, where there is one and `decide` answers with others. */
  async #change(
    ref: HistoryRef,
    decide: (marks: HistoryMarks) => HistoryMarks | undefined,
  ): Promise<void> {
    await writeHistories(
      this.#database,
      async (db) => {
        await lockNamespaces(db, [ref.namespaceUid]);
        const row = await db
          .selectFrom('secret_histories')
          .selectAll()
          .where('namespace_uid', '=', ref.namespaceUid)
          .where('name', '=', ref.name)
          .executeTakeFirst();
        const before = row && marksOf(row);
        const after = before && decide(before);
        if (row === undefined || before === undefined || after === undefined) return;
        await db
          .updateTable('secret_histories')
          .set(markColumns(after))
          .where('id', '=', row.id)
          .execute();
        await holdVersions(db, [{ id: row.id, before, after }]);
        if (after.deletedMs === before.deletedMs) return;
        await setUntil(db, row.id, before.currentVersion, after.deletedMs);
      },
      FOLLOWED,
    );
  }
}

async function setUntil(
  db: Kysely<Schema>,
  historyId: number,
  version: number | undefined,
  untilMs: number | undefined,
): Promise<void> {
  await db
    .updateTable('secret_versions')
    .set({ until_ms: untilMs ?? null })
    .where('history_id', '=', historyId)
    .where('version', '=', version ?? 0)
    .execute();
}

async function putCursor(db: Kysely<Schema>, { name, resourceVersion }: WatchCursor) {
  await db
    .insertInto('watch_cursors')
    .values({ name, resource_version: resourceVersion })
    .onConflict((on) => on.column('name').doUpdateSet({ resource_version: resourceVersion }))
    .execute();
}

/** In one order, lest two that rewrap wait for each other. */
async function rewrapRows(db: Kysely<Schema>, rows: readonly Rewrapped[]): Promise<number> {
  let done = 0;
  const sorted = rows.toSorted(
    (one, other) => one.historyId - other.historyId || one.version - other.version,
  );
  for (const { historyId, version, keyId, wrappedKey, from } of sorted) {
    const changed = await db
      .updateTable('version_payloads')
      .set({ key_id: keyId, wrapped_key: wrappedKey })
      .where('id', '=', (eb) =>
        eb
          .selectFrom('secret_versions')
          .select('secret_versions.id')
          .where('history_id', '=', historyId)
          .where('version', '=', version),
      )
      .where('key_id', '=', from.keyId)
      .where('wrapped_key', '=', from.wrappedKey)
      // SQLite counts no rows that a view's trigger changed.
      .returning('id')
      .execute();
    done += changed.length;
  }
  return done;
}
