import { Buffer } from 'node:buffer';
import type { Kysely } from 'kysely';
import { limits } from '../../core/limits.js';
import type { Database } from '../../platform/storage/database.js';
import { nowSql } from '../../platform/storage/now-sql.js';
import type { Schema } from '../../platform/storage/schema.js';
import { annotation, type KubernetesAuditEvent } from '../domain/kubernetes-event.js';
import { parseNote } from './domain/signed-note.js';
import type { ReliedOn, ThinnedCheckpoint } from './domain/thin-checkpoints.js';

const RELIED_ON = ['audit.anchor', 'audit.prune', 'audit.acceptRollback'] as const;

/** Checkpoints of a log, in either dialect, as thinning needs them. */
export class CheckpointStore {
  readonly #database: Pick<Database, 'query' | 'dialect'>;

  constructor(database: Pick<Database, 'query' | 'dialect'>) {
    this.#database = database;
  }

  /** Returns the time by the clock that all processes share. */
  async nowMs(): Promise<number> {
    const row = await this.#work((db) =>
      db
        .selectFrom('audit_head')
        .select(nowSql(this.#database.dialect).as('now_ms'))
        .executeTakeFirstOrThrow(),
    );
    return row.now_ms;
  }

  /** Returns the last checkpoint of at most this size, and a number of larger ones, in order. */
  async beside(size: number, count: number): Promise<readonly ThinnedCheckpoint[]> {
    const columns = ['size', 'signed_ms', 'note'] as const;
    const rows = await this.#work(async (db) => {
      const table = db.selectFrom('audit_checkpoints').select(columns);
      const last = await table.where('size', '<=', size).orderBy('size', 'desc').limit(1).execute();
      return [
        ...last,
        ...(await table.where('size', '>', size).orderBy('size').limit(count).execute()),
      ];
    });
    return rows.map((row) => ({
      size: row.size,
      signedMs: row.signed_ms,
      signer: signerOf(row.note),
    }));
  }

  /** Returns the size of the first checkpoint from this size on, signed at or after the time. */
  async sizeSince(size: number, signedMs: number): Promise<number> {
    const row = await this.#work((db) =>
      db
        .selectFrom('audit_checkpoints')
        .select('size')
        .where('size', '>=', size)
        .where('signed_ms', '>=', signedMs)
        .orderBy('size')
        .limit(1)
        .executeTakeFirst(),
    );
    return row?.size ?? (await this.#size());
  }

  /** Returns what the log relies on, from events from `from` up to and without `to`. */
  async reliedOn(from: number, to: number, signal: AbortSignal): Promise<ReliedOn> {
    const anchored = new Set<number>();
    const events: number[] = [];
    for (let at = from; at < to; at += limits.auditThinEntriesReadMax) {
      signal.throwIfAborted();
      for (const row of await this.#eventsOfTheLog(at, to)) {
        if (row.action !== 'audit.anchor') events.push(row.leaf_index);
        else anchored.add(treeSizeIn(row.event));
      }
    }
    return { anchored, events };
  }

  /** Deletes checkpoints; the database refuses to delete the newest of an hour, or the last. */
  async remove(sizes: readonly number[], signal: AbortSignal): Promise<void> {
    for (let at = 0; at < sizes.length; at += limits.auditThinDeletedMax) {
      signal.throwIfAborted();
      const some = sizes.slice(at, at + limits.auditThinDeletedMax);
      await this.#work((db) =>
        db.deleteFrom('audit_checkpoints').where('size', 'in', some).execute(),
      );
    }
  }

  #eventsOfTheLog(from: number, end: number) {
    const to = Math.min(end, from + limits.auditThinEntriesReadMax);
    return this.#work((db) =>
      db
        .selectFrom('audit_entries')
        .select(['leaf_index', 'action', 'event'])
        .where('leaf_index', '>=', from)
        .where('leaf_index', '<', to)
        .where('action', 'in', RELIED_ON)
        .orderBy('leaf_index')
        .execute(),
    );
  }

  async #size(): Promise<number> {
    const { size } = await this.#work((db) =>
      db.selectFrom('audit_head').select('size').executeTakeFirstOrThrow(),
    );
    return size;
  }

  #work<T>(run: (db: Kysely<Schema>) => Promise<T>): Promise<T> {
    return this.#database.query(run, 'work');
  }
}

function signerOf(note: string): string {
  const [signature] = parseNote(note)?.signatures ?? [];
  return signature === undefined ? '' : `${signature.name}+${signature.keyId}`;
}

/** Parses an event; the log contains only events of this type. */
function treeSizeIn(event: Uint8Array): number {
  const { annotations } = JSON.parse(Buffer.from(event).toString('utf8')) as KubernetesAuditEvent;
  return Number(annotations[annotation.treeSize] ?? Number.NaN);
}
