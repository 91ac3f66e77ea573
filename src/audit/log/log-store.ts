import { Buffer } from 'node:buffer';
import { sql, type SqlBool } from 'kysely';
import type { Database } from '../../platform/storage/database.js';
import type { AuditLogEntry } from '../../platform/storage/audit-log-entry.js';
import { lockHead } from '../../platform/storage/lock-head.js';
import { nowSql } from '../../platform/storage/now-sql.js';
import type { MacMark, WrittenEntry } from '../domain/entry-mac.js';
import { timeIn } from '../domain/index-columns.js';
import type { FullTile } from './domain/tree-growth.js';
import { goneRecordIn } from './domain/missing-entries.js';
import type { NoteVerifier } from './domain/note-key.js';
import { LogDamaged, LogRolledBack } from './log-damaged.js';

export interface LogHead {
  /** The next leaf index. */
  readonly size: number;
  /** Entries with a smaller leaf index are deleted. */
  readonly prunedBelow: number;
}

export interface StoredEntry extends WrittenEntry {
  /** Verbatim. */
  readonly event: Uint8Array;
  readonly mac: Uint8Array | null;
}

export interface StoredCheckpoint {
  readonly size: number;
  readonly root: Uint8Array;
  /** The signed note. */
  readonly note: string;
  readonly signedMs: number;
}

/** Entry with its columns. */
export interface TimedEntry {
  readonly leaf_index: number;
  readonly call_index: number;
  readonly stage: AuditLogEntry['stage'];
  readonly event: Uint8Array;
  readonly leaf_hash: Uint8Array;
}

/** Publication in one transaction: all of it, or nothing. */
export interface Publication {
  readonly tiles: readonly FullTile[];
  readonly checkpoint: Omit<StoredCheckpoint, 'signedMs'>;
  /** Size of the checkpoint that it follows; undefined for the first. */
  readonly after: number | undefined;
}

const ENTRY_COLUMNS = [
  ...(['leaf_index', 'stage', 'call_index', 'source', 'leaf_hash', 'event', 'mac'] as const),
];
const TILES_AT_ONCE = 64;
/** Newest pruning records that are read; records of concurrent runs may be out of order. */
const GONE_RECORDS_MAX = 64;

/** Tables of the log, in either dialect. */
export class LogStore {
  readonly #database: Pick<Database, 'query' | 'dialect'>;

  constructor(database: Pick<Database, 'query' | 'dialect'>) {
    this.#database = database;
  }

  /** Whether other processes append and sign, too. */
  get isShared(): boolean {
    return this.#database.dialect === 'postgres';
  }

  async head(): Promise<LogHead> {
    const row = await this.#database.query((db) =>
      db.selectFrom('audit_head').select(['size', 'pruned_below']).executeTakeFirstOrThrow(),
    );
    return { size: row.size, prunedBelow: row.pruned_below };
  }

  /** Returns from which entry on each has a MAC. */
  async macMark(): Promise<MacMark> {
    const row = await this.#database.query((db) =>
      db
        .selectFrom('audit_head as h')
        .leftJoin('audit_entries as e', (join) =>
          join.on(sql<SqlBool>`e.leaf_index = h.macs_from - 1`),
        )
        .select(['h.macs_from', 'h.macs_mac', 'e.leaf_hash'])
        .executeTakeFirstOrThrow(),
    );
    return { from: row.macs_from, mac: row.macs_mac, lastHash: row.leaf_hash ?? undefined };
  }

  /** Sets the index below which entries may have no MAC. */
  async setMacMark(macs_from: number, macs_mac: Uint8Array): Promise<void> {
    await this.#database.query((db) =>
      db.updateTable('audit_head').set({ macs_from, macs_mac }).execute(),
    );
  }

  async lastCheckpoint(): Promise<StoredCheckpoint | undefined> {
    return (await this.lastSigned())?.checkpoint;
  }

  /** Returns the last checkpoint, and the time by the clock that all processes share. */
  async lastSigned(): Promise<{ checkpoint: StoredCheckpoint; nowMs: number } | undefined> {
    const row = await this.#database.query((db) =>
      db
        .selectFrom('audit_checkpoints')
        .selectAll()
        .select(nowSql(this.#database.dialect).as('now_ms'))
        .orderBy('size', 'desc')
        .limit(1)
        .executeTakeFirst(),
    );
    if (row === undefined) return undefined;
    const { size, root, note, signed_ms: signedMs, now_ms: nowMs } = row;
    return { checkpoint: { size, root, note, signedMs }, nowMs };
  }

  /** Returns the checkpoints larger than `after` up to `upTo`, in order. */
  async checkpoints(after: number, upTo: number, limit: number) {
    const rows = await this.#database.query((db) =>
      db
        .selectFrom('audit_checkpoints')
        .select(['size', 'note'])
        .where('size', '>', after)
        .where('size', '<=', upTo)
        .orderBy('size')
        .limit(limit)
        .execute(),
    );
    return rows;
  }

  /** Returns the existing entries from `from` up to and without `to`, in order. */
  async entries(from: number, to: number): Promise<readonly StoredEntry[]> {
    const rows = await this.#database.query((db) =>
      db
        .selectFrom('audit_entries')
        .select(ENTRY_COLUMNS)
        .where('leaf_index', '>=', from)
        .where('leaf_index', '<', to)
        .orderBy('leaf_index')
        .execute(),
    );
    return rows.map(storedEntry);
  }

  /** Returns entries of calls received in a time range, in milliseconds since the epoch. */
  async timedEntries(wish: {
    readonly from: number;
    readonly to: number;
    readonly sinceMs?: number;
    readonly untilMs?: number;
  }): Promise<readonly TimedEntry[]> {
    const { from, to } = wish;
    const { sinceMs = Number.MIN_SAFE_INTEGER, untilMs = Number.MAX_SAFE_INTEGER } = wish;
    const rows = await this.#database.query((db) =>
      db
        .selectFrom('audit_entries')
        .select(['leaf_index', 'call_index', 'stage', 'event', 'leaf_hash', 'time_ms'])
        .where('leaf_index', '>=', from)
        .where('leaf_index', '<', to)
        .where((eb) =>
          eb.or([
            eb('time_ms', 'is', null),
            eb.and([eb('time_ms', '>=', sinceMs), eb('time_ms', '<', untilMs)]),
          ]),
        )
        .orderBy('leaf_index')
        .execute(),
    );
    if (wish.sinceMs === undefined && wish.untilMs === undefined) return rows;
    return rows.filter(({ event, time_ms: told }) => {
      const timeMs = told ?? timeIn(event);
      return timeMs >= sinceMs && timeMs < untilMs;
    });
  }

  /** Returns stored leaf hashes, joined; throws LogDamaged if a hash is missing. */
  async leafHashes(from: number, to: number): Promise<Uint8Array> {
    const rows = await this.#database.query((db) =>
      db
        .selectFrom('audit_entries')
        .select(['leaf_index', 'leaf_hash'])
        .where('leaf_index', '>=', from)
        .where('leaf_index', '<', to)
        .orderBy('leaf_index')
        .execute(),
    );
    for (let index = from; index < to; index += 1) {
      if (rows[index - from]?.leaf_index !== index) throw missing(index);
    }
    return Buffer.concat(rows.map((row) => row.leaf_hash));
  }

  /** Returns a full tile, or undefined. */
  async tile(level: number, index: number): Promise<Uint8Array | undefined> {
    const row = await this.#database.query((db) =>
      db
        .selectFrom('audit_tiles')
        .select('hashes')
        .where('level', '=', level)
        .where('tile_index', '=', index)
        .executeTakeFirst(),
    );
    return row?.hashes;
  }

  /** Returns the entries of a call: one, or a write's intent and outcome. */
  async entriesOfCall(callIndex: number): Promise<readonly TimedEntry[]> {
    return this.#database.query((db) =>
      db
        .selectFrom('audit_entries')
        .select(['leaf_index', 'call_index', 'stage', 'event', 'leaf_hash'])
        .where(ofCall(callIndex))
        .orderBy('leaf_index')
        .limit(2)
        .execute(),
    );
  }

  /** Reports whether an existing event states that the entries below this index are missing. */
  async isGoneRecorded(
    below: number,
    verifiers: readonly NoteVerifier[],
    isOurs: (entry: StoredEntry) => boolean = () => true,
  ): Promise<boolean> {
    const rows = await this.#database.query((db) =>
      db
        .selectFrom('audit_entries')
        .select(ENTRY_COLUMNS)
        .where(ABOUT_GONE)
        .where('call_index', '>=', below)
        .orderBy('call_index', 'desc')
        .limit(GONE_RECORDS_MAX)
        .execute(),
    );
    return rows.map(storedEntry).some((entry) => {
      const record = goneRecordIn(Buffer.from(entry.event), entry.leafIndex, verifiers);
      return (record?.below ?? 0) >= below && isOurs(entry);
    });
  }

  /**
   * Publishes under the locked head, which every process must lock. Returns undefined if another
   * process has published since: the successor of `after` would then not follow the last
   * checkpoint.
   */
  publish({ tiles, checkpoint, after }: Publication): Promise<StoredCheckpoint | undefined> {
    return this.#database.query((db) =>
      db.transaction().execute(async (transaction) => {
        const head = await lockHead(transaction);
        if (head.size < checkpoint.size) throw new LogRolledBack('the audit log has shrunk');
        const last = await transaction
          .selectFrom('audit_checkpoints')
          .select('size')
          .orderBy('size', 'desc')
          .limit(1)
          .executeTakeFirst();
        if (last?.size !== after) return undefined;
        for (let at = 0; at < tiles.length; at += TILES_AT_ONCE) {
          const rows = tiles.slice(at, at + TILES_AT_ONCE).map(({ level, index, hashes }) => ({
            level,
            tile_index: index,
            hashes,
          }));
          await transaction.insertInto('audit_tiles').values(rows).execute();
        }
        const signed_ms = nowSql(this.#database.dialect);
        const { signed_ms: signedMs, ...stored } = await transaction
          .insertInto('audit_checkpoints')
          .values({ ...checkpoint, signed_ms })
          .returningAll()
          .executeTakeFirstOrThrow();
        return { ...stored, signedMs };
      }),
    );
  }
}

function storedEntry(row: Pick<AuditLogEntry, (typeof ENTRY_COLUMNS)[number]>): StoredEntry {
  const { leaf_index: leafIndex, leaf_hash: leafHash, call_index: callIndex, ...others } = row;
  return { leafIndex, leafHash, callIndex, ...others };
}

/** Events about missing entries; with this wording an index serves the query. */
export const ABOUT_GONE = sql<SqlBool>`action IN ('audit.prune', 'audit.acceptRollback')
  AND stage NOT IN ('intent', 'joined')`;

/** Selects the entries of a call; each half is worded like an index. */
export function ofCall(callIndex: number) {
  return sql<SqlBool>`((call_index = ${callIndex} AND stage NOT IN ('intent', 'joined'))
    OR (call_index = ${callIndex} AND stage = 'intent'))`;
}

export function missing(index: number): LogDamaged {
  return new LogDamaged(`entry ${index} of the audit log is missing`);
}
