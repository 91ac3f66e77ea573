import type { Kysely, Transaction } from 'kysely';
import { limits } from '../../core/limits.js';
import type { RowMac } from '../../encryption/domain/row-mac.js';
import type { Database } from '../../platform/storage/database.js';
import { lockHead } from '../../platform/storage/lock-head.js';
import type { Schema } from '../../platform/storage/schema.js';
import { searchRows } from '../domain/entry-rows.js';
import { timeIn } from '../domain/index-columns.js';
import { untilIntegrated } from '../queue/until-integrated.js';
import { LogStore } from '../log/log-store.js';
import { TILE_WIDTH } from '../log/domain/tile-path.js';
import { knownPlace } from '../sinks/domain/sink-place.js';
import { type LogExtent, type PruneLimits, sampledBundles } from './domain/plan-prune.js';

/** Limits with the position of each anchor and each sink. */
export interface ReachedLimits extends PruneLimits {
  readonly reached: ReadonlyMap<string, number>;
}

/** Entries whose events are read in one query for their times. */
const TIMES_AT_ONCE = 1_024;

/** Tables as retention needs them, in either dialect. */
export class PruneStore {
  readonly #database: Database;
  readonly #mac: RowMac;

  constructor(database: Database, mac: RowMac) {
    this.#database = database;
    this.#mac = mac;
  }

  /** Resolves once the log has everything that was recorded by now. */
  async integrated(): Promise<void> {
    if (this.#database.dialect === 'postgres') await untilIntegrated(this.#database);
  }

  async extent(): Promise<LogExtent> {
    const head = await this.#database.query((db) =>
      db.selectFrom('audit_head').select(['size', 'pruned_below']).executeTakeFirstOrThrow(),
    );
    return { size: head.size, prunedBelow: head.pruned_below };
  }

  /** Returns the positions of tree, anchors and sinks; anchors and sinks are rows of the outbox. */
  async limits(anchors: readonly string[], sinks: readonly string[]): Promise<ReachedLimits> {
    const published = await this.published();
    return this.#database.query(async (db) => {
      const columns = ['sink', 'next_index', 'mac'] as const;
      const rows = await db.selectFrom('audit_outbox').select(columns).execute();
      const reached = new Map(rows.map((row) => [row.sink, knownPlace(this.#mac, row)]));
      const far = (name: string) => reached.get(name) ?? 0;
      const least = (names: readonly string[]) =>
        Math.min(Number.MAX_SAFE_INTEGER, ...names.map(far));
      const letter = await db
        .selectFrom('audit_dead_letters')
        .select((eb) => eb.fn.min('leaf_index').as('leaf_index'))
        .where('sink', 'in', [...sinks, ''])
        .executeTakeFirst();
      return {
        published,
        anchored: least(anchors),
        fed: least(sinks),
        taken: letter?.leaf_index ?? Number.MAX_SAFE_INTEGER,
        reached: new Map([...anchors, ...sinks].map((name) => [name, far(name)])),
      };
    });
  }

  /** Returns how many entries with a smaller leaf index these sinks did not accept. */
  async deadLettersBelow(leafIndex: number, sinks: readonly string[]): Promise<number> {
    const { count } = await this.#work((db) =>
      db
        .selectFrom('audit_dead_letters')
        .select((eb) => eb.fn.countAll().as('count'))
        .where('sink', 'in', [...sinks, ''])
        .where('leaf_index', '<', leafIndex)
        .executeTakeFirstOrThrow(),
    );
    return Number(count);
  }

  /** Returns the size of the signed log. */
  async published(): Promise<number> {
    const row = await this.#database.query((db) =>
      db
        .selectFrom('audit_checkpoints')
        .select((eb) => eb.fn.max('size').as('size'))
        .executeTakeFirst(),
    );
    return row?.size ?? 0;
  }

  /** Reports whether the log already records that all entries below this index are pruned. */
  isRecorded(below: number): Promise<boolean> {
    return new LogStore(this.#database).isGoneRecorded(below, []);
  }

  /** Returns bytes of an event, by a sample of the bundles in between. */
  async bytesPerEntry({ prunedBelow, size }: LogExtent): Promise<number> {
    let bytes = 0;
    let entries = 0;
    const end = Math.ceil(size / TILE_WIDTH);
    const first = Math.floor(prunedBelow / TILE_WIDTH);
    for (const at of sampledBundles(first, end, limits.auditRetentionSampleBundlesMax)) {
      const row = await this.#work((db) =>
        db
          .selectFrom('audit_entries')
          .select((eb) => [
            eb.fn.countAll().as('count'),
            eb.fn.sum(eb.fn<number>('length', ['event'])).as('bytes'),
          ])
          .where('leaf_index', '>=', at * TILE_WIDTH)
          .where('leaf_index', '<', (at + 1) * TILE_WIDTH)
          .executeTakeFirstOrThrow(),
      );
      bytes += Number(row.bytes ?? 0);
      entries += Number(row.count);
    }
    return entries === 0 ? 0 : bytes / entries;
  }

  /** Returns the first entry that is no older, from `from` up to and without `to`; else `to`. */
  async firstSince(oldBeforeMs: number, from: number, to: number): Promise<number> {
    if (this.#database.dialect === 'postgres') return this.#firstRowSince(oldBeforeMs, from, to);
    for (let at = from; at < to; at += TIMES_AT_ONCE) {
      const end = Math.min(at + TIMES_AT_ONCE, to);
      const rows = await this.#work((db) =>
        db
          .selectFrom('audit_entries')
          .select(['leaf_index', 'time_ms', 'event'])
          .where('leaf_index', '>=', at)
          .where('leaf_index', '<', end)
          .orderBy('leaf_index')
          .execute(),
      );
      const found = rows.find(({ time_ms, event }) => (time_ms ?? timeIn(event)) >= oldBeforeMs);
      if (found !== undefined) return found.leaf_index;
    }
    return to;
  }

  async #firstRowSince(oldBeforeMs: number, from: number, to: number): Promise<number> {
    const row = await this.#work((db) =>
      db
        .selectFrom('audit_entries')
        .select('leaf_index')
        .where('leaf_index', '>=', from)
        .where('leaf_index', '<', to)
        // Not by the index on times, which would have to be sorted.
        .where((eb) => eb(eb('time_ms', '+', 0), '>=', oldBeforeMs))
        .orderBy('leaf_index')
        .limit(1)
        .executeTakeFirst(),
    );
    return row?.leaf_index ?? to;
  }

  /**
   * Deletes one bundle for good: all of it or nothing. SQLite's index of it is updated separately.
   */
  async pruneBundle(from: number): Promise<void> {
    const to = from + TILE_WIDTH;
    const hasNames = this.#database.dialect === 'postgres';
    // Before the lock, since they do not change: appends wait for everything under the lock.
    const names: Names = hasNames ? await this.#work((db) => namesBelow(db, to)) : new Map();
    await this.#work((db) =>
      db.transaction().execute(async (transaction) => {
        const head = await lockHead(transaction);
        if (head.pruned_below !== from || head.size <= to) return;
        await transaction.updateTable('audit_head').set({ pruned_below: to }).execute();
        await deleteNames(transaction, names, to);
        await transaction.deleteFrom('audit_entries').where('leaf_index', '<', to).execute();
        await transaction.deleteFrom('audit_dead_letters').where('leaf_index', '<', to).execute();
      }),
    );
  }

  #work<T>(run: (db: Kysely<Schema>) => Promise<T>): Promise<T> {
    return this.#database.query(run, 'work');
  }
}

type Names = ReadonlyMap<Schema['audit_names']['kind'], ReadonlySet<string>>;

/** Returns the search names of the entries, derived from the entries as when they were written. */
async function namesBelow(db: Kysely<Schema>, to: number): Promise<Names> {
  const entries = await db
    .selectFrom('audit_entries')
    .select(['leaf_index', 'call_index', 'stage', 'source', 'event'])
    .where('leaf_index', '<', to)
    .execute();
  const names = new Map<Schema['audit_names']['kind'], Set<string>>();
  const nowMs = Date.now();
  for (const { leaf_index: leafIndex, call_index: callIndex, stage, source, event } of entries) {
    const json = Buffer.from(event).toString('utf8');
    const placed = { json, leafIndex, callIndex, stage, source };
    for (const { kind, name } of searchRows(placed, nowMs).names) {
      names.set(kind, (names.get(kind) ?? new Set()).add(name));
    }
  }
  return names;
}

async function deleteNames(
  transaction: Transaction<Schema>,
  names: Names,
  to: number,
): Promise<void> {
  for (const [kind, some] of names) {
    const all = [...some];
    for (let at = 0; at < all.length; at += limits.auditPruneNamesMax) {
      await transaction
        .deleteFrom('audit_names')
        .where('kind', '=', kind)
        .where('name', 'in', all.slice(at, at + limits.auditPruneNamesMax))
        .where('call_index', '<', to)
        .where('leaf_index', '<', to)
        .execute();
    }
  }
}
