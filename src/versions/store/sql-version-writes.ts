import type { Kysely } from 'kysely';
import { limits } from '../../core/limits.js';
import { RecentMap } from '../../core/recent-map.js';
import type { RowMac } from '../../encryption/domain/row-mac.js';
import type { Database } from '../../platform/storage/database.js';
import type { Schema } from '../../platform/storage/schema.js';
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
import { changeStates, type StatePlan } from './change-states.js';
import { heldPlans } from './held-versions.js';
import type { Exhausted } from './make-room.js';
import { putMarks } from './put-marks.js';
import { recordBatch } from './record-batch.js';
import { removeAlias, setAlias } from './set-alias.js';
import { sweepAged, sweepGone } from './sweep.js';
import { marksOf } from './version-rows.js';
import { VersionSeals } from './version-seals.js';
import type { VersionWrites } from './version-writes.js';
import { lockNamespaces, writeHistories } from './write-transaction.js';

/** Observer of writes that leave data behind that must be erased. */
export interface WriteObserver {
  /** Reports an erased payload or wrapped key; at once: a caller waits for that. */
  onErased(isAtOnce: boolean): Promise<void>;
}

/** Options of writes that follow a watch, which resends events after the stored position. */
const FOLLOWED = { isSyncedLater: true } as const;

/** Writes to histories, each one transaction, in either dialect. */
export class SqlVersionWrites implements VersionWrites {
  readonly #database: Database;
  readonly #seals: VersionSeals;
  readonly #observer: WriteObserver | undefined;
  readonly #exhausted: Exhausted = new RecentMap<string, number>({
    entriesMax: limits.versionQuotaExhaustedMax,
    keptMs: limits.versionQuotaExhaustedMs,
  });

  constructor(database: Database, mac: RowMac, observer?: WriteObserver) {
    this.#database = database;
    this.#seals = new VersionSeals(mac);
    this.#observer = observer;
  }

  async record(
    versions: readonly NewVersion[],
    cursor?: WatchCursor,
  ): Promise<readonly Recorded[]> {
    const recorded = await writeHistories(
      this.#database,
      async (db) => {
        const batch = { versions, exhausted: this.#exhausted };
        const results = await recordBatch(db, this.#seals, batch);
        if (cursor !== undefined) await putCursor(db, this.#seals, cursor);
        return results;
      },
      FOLLOWED,
    );
    const hasPruned = recorded.some((one) => 'pruned' in one && one.pruned.length > 0);
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
      attributeState(db, this.#seals, { state: { secretUid, resourceVersion }, attribution }),
    );
  }

  attributeOutside(
    ref: Omit<HistoryRef, 'namespaceUid'>,
    between: { readonly fromMs: number; readonly toMs: number },
    user: OutsideUser,
  ): Promise<AttributedVersion | undefined> {
    return writeHistories(this.#database, (db) =>
      attributeOutside(db, this.#seals, { ref, between, user }),
    );
  }

  setAlias(historyId: number, alias: string, version: number): Promise<boolean> {
    return this.#soon((db) => setAlias(db, this.#seals, { historyId, alias, version }));
  }

  removeAlias(historyId: number, alias: string): Promise<number | undefined> {
    return this.#soon((db) => removeAlias(db, this.#seals, { historyId, alias }));
  }

  setRetired(historyId: number, version: number): Promise<void> {
    return this.#soon((db) => setRetired(db, this.#seals, { historyId, version }));
  }

  async setState(historyId: number, version: number, change: StateChange): Promise<boolean> {
    const place = { historyId, version };
    const isDone = await this.#soon((db) => setState(db, this.#seals, { ...place, ...change }));
    if (isDone && change.to === 'destroyed') await this.#observer?.onErased(true);
    return isDone;
  }

  async setWatchCursor(cursor: WatchCursor): Promise<void> {
    await writeHistories(this.#database, (db) => putCursor(db, this.#seals, cursor), FOLLOWED);
  }

  async rewrap(rows: readonly Rewrapped[]): Promise<number> {
    const done = await writeHistories(this.#database, (db) => rewrapRows(db, rows));
    if (done > 0) await this.#observer?.onErased(false);
    return done;
  }

  async sweep(sweep: Sweep): Promise<Swept> {
    const swept = await sweepAged(this.#database, this.#seals, sweep);
    if (swept.pruned.length > 0) await this.#observer?.onErased(false);
    return swept;
  }

  async sweepGone(namespaceUid: string, beforeMs: number): Promise<readonly Pruned[]> {
    const gone = { namespaceUid, beforeMs };
    const pruned = await sweepGone(this.#database, this.#seals, gone);
    if (pruned.length > 0) await this.#observer?.onErased(false);
    return pruned;
  }

  /** Writes for a waiting request. */
  #soon<T>(run: (db: Kysely<Schema>) => Promise<T>): Promise<T> {
    return writeHistories(this.#database, run, { pace: 'request' });
  }

  /** Changes the marks of a history, if it exists and `decide` returns other marks. */
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
        const { id } = row;
        const plans = [...heldPlans({ id, before, after }), ...endPlans(id, before, after)];
        const changes = await changeStates(db, this.#seals, plans);
        await putMarks(db, this.#seals, row, { after, change: changes.get(id) });
      },
      FOLLOWED,
    );
  }
}

/** Returns the end of the current version if the live object is deleted. */
function endPlans(
  historyId: number,
  before: HistoryMarks,
  after: HistoryMarks,
): readonly StatePlan[] {
  const { currentVersion: version } = before;
  if (after.deletedMs === before.deletedMs || version === undefined) return [];
  const until_ms = after.deletedMs ?? null;
  return [{ historyId, version, changed: (state) => ({ ...state, until_ms }) }];
}

async function putCursor(
  db: Kysely<Schema>,
  seals: VersionSeals,
  { name, resourceVersion: resource_version }: WatchCursor,
): Promise<void> {
  const mac = seals.cursorMac({ name, resource_version });
  await db
    .insertInto('watch_cursors')
    .values({ name, resource_version, mac })
    .onConflict((on) => on.column('name').doUpdateSet({ resource_version, mac }))
    .execute();
}

/** Rewraps in one order, so that two processes do not wait for each other. */
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
