import type { KeyObject } from 'node:crypto';
import type { Kysely } from 'kysely';
import { limits } from '../../core/limits.js';
import { RowMac } from '../../encryption/domain/row-mac.js';
import type { Database } from '../../platform/storage/database.js';
import type { Schema } from '../../platform/storage/schema.js';
import { DeadLetters } from './dead-letters.js';
import { type SinkEntry, withinBytes } from './domain/sink-entry.js';
import { knownPlace, placeMac, type SinkPlace } from './domain/sink-place.js';

export interface OutboxOptions {
  readonly database: Database;
  /** Identifies this process among the processes that share the database. */
  readonly owner: string;
  /** The key of the MACs of rows. */
  readonly rowKey: KeyObject;
  readonly nowMs?: () => number;
}

export interface PendingEntries {
  readonly entries: readonly SinkEntry[];
  /** Size of the whole log. */
  readonly size: number;
}

/**
 * Position of each receiver, and the process that serves it. The log itself is the queue: nothing
 * is copied. A lease is a hint that saves duplicate work, not a lock: concurrent work of two
 * processes is done twice.
 */
export class Outbox {
  readonly #database: Database;
  readonly #owner: string;
  readonly #mac: RowMac;
  readonly #nowMs: () => number;

  constructor({ database, owner, rowKey, nowMs }: OutboxOptions) {
    this.#database = database;
    this.#owner = owner;
    this.#mac = new RowMac(rowKey);
    this.#nowMs = nowMs ?? Date.now;
  }

  /**
   * Takes or keeps the lease on a receiver; returns its next leaf index, or undefined while another
   * process has the lease. A new receiver begins at `first`, by default with the oldest entry; so
   * does a receiver whose row no gateway has written.
   */
  async lease(sink: string, first?: number): Promise<number | undefined> {
    const mac = this.#mac;
    return this.#database.query(async (db) => {
      const taken = await this.#take(db, sink);
      if (taken !== undefined) return knownPlace(mac, taken) ?? first ?? (await oldest(db));
      const known = await db
        .selectFrom('audit_outbox')
        .select('sink')
        .where('sink', '=', sink)
        .executeTakeFirst();
      if (known !== undefined) return undefined;
      const next_index = first ?? (await oldest(db));
      const row = { sink, next_index, mac: placeMac(mac, sink, next_index) };
      await db
        .insertInto('audit_outbox')
        .values({ ...row, lease_owner: null, lease_until_ms: 0 })
        .onConflict((conflict) => conflict.column('sink').doNothing())
        .execute();
      const begun = await this.#take(db, sink);
      return begun && (knownPlace(mac, begun) ?? next_index);
    });
  }

  /** Stores a receiver's position, and keeps the lease; false if another process has it. */
  async advance(sink: string, nextIndex: number): Promise<boolean> {
    const mac = placeMac(this.#mac, sink, nextIndex);
    const lease_until_ms = this.#nowMs() + limits.auditLeaseMs;
    const result = await this.#database.query((db) =>
      db
        .updateTable('audit_outbox')
        .set({ next_index: nextIndex, mac, lease_until_ms })
        .where('sink', '=', sink)
        .where('lease_owner', '=', this.#owner)
        .executeTakeFirst(),
    );
    return result.numUpdatedRows > 0n;
  }

  /** Releases the lease, so that another process can continue immediately. */
  async release(sink: string): Promise<void> {
    await this.#database.query((db) =>
      db
        .updateTable('audit_outbox')
        .set({ lease_owner: null, lease_until_ms: 0 })
        .where('sink', '=', sink)
        .where('lease_owner', '=', this.#owner)
        .execute(),
    );
  }

  /** Returns the next batch from a leaf index on, in order. */
  async pending(from: number): Promise<PendingEntries> {
    return this.#database.query(async (db) => {
      const { size } = await db.selectFrom('audit_head').select('size').executeTakeFirstOrThrow();
      if (size <= from) return { entries: [], size };
      const rows = await db
        .selectFrom('audit_entries')
        .select(['leaf_index', 'event'])
        .where('leaf_index', '>=', from)
        .orderBy('leaf_index')
        .limit(limits.auditSinkBatchEventsMax)
        .execute();
      const entries = rows.map(({ leaf_index: leafIndex, event }) => ({ leafIndex, event }));
      return { entries: withinBytes(entries, limits.auditSinkBatchBytesMax), size };
    });
  }

  /** Returns the receiver's position, whichever process feeds it, and the size of the log. */
  async progress(sink: string): Promise<{ readonly next: number; readonly size: number }> {
    const row = await this.#database.query((db) =>
      db
        .selectFrom('audit_head as head')
        .leftJoin('audit_outbox as box', (join) => join.on('box.sink', '=', sink))
        .select(['head.size', 'head.pruned_below', 'box.next_index', 'box.mac'])
        .executeTakeFirstOrThrow(),
    );
    const { next_index, mac, size } = row;
    const known =
      next_index === null ? undefined : knownPlace(this.#mac, { sink, next_index, mac });
    return { next: known ?? row.pruned_below, size };
  }

  deadLetters(sink: string): Promise<number> {
    return new DeadLetters(this.#database, sink).count();
  }

  /** Records entries that a receiver did not accept. */
  async bury(sink: string, entries: readonly SinkEntry[], reason: string): Promise<void> {
    const time_ms = this.#nowMs();
    const rows = entries.map(({ leafIndex: leaf_index }) => ({
      sink,
      leaf_index,
      reason,
      time_ms,
    }));
    await this.#database.query((db) =>
      db
        .insertInto('audit_dead_letters')
        .values(rows)
        .onConflict((conflict) => conflict.columns(['sink', 'leaf_index']).doNothing())
        .execute(),
    );
  }

  async #take(db: Kysely<Schema>, sink: string): Promise<SinkPlace | undefined> {
    const nowMs = this.#nowMs();
    const owner = this.#owner;
    return (
      db
        .updateTable('audit_outbox')
        .set({ lease_owner: owner, lease_until_ms: nowMs + limits.auditLeaseMs })
        .where('sink', '=', sink)
        // A file has one process at a time: the former owner of the lease has ended.
        .$if(this.#database.writers === 'many', (update) =>
          update.where((eb) =>
            eb.or([
              eb('lease_owner', 'is', null),
              eb('lease_owner', '=', owner),
              eb('lease_until_ms', '<', nowMs),
              // No process takes a lease for so long, whatever its clock shows.
              eb('lease_until_ms', '>', nowMs + 2 * limits.auditLeaseMs),
            ]),
          ),
        )
        .returning(['sink', 'next_index', 'mac'])
        .executeTakeFirst()
    );
  }
}

async function oldest(db: Kysely<Schema>): Promise<number> {
  const head = db.selectFrom('audit_head').select('pruned_below');
  return (await head.executeTakeFirstOrThrow()).pruned_below;
}
