import { type Selectable, sql } from 'kysely';
import { rotationLimits } from '../../core/rotation-limits.js';
import type { RowIntegrity } from '../../encryption/row-integrity.js';
import type { Database } from '../../platform/storage/database.js';
import { nowSql } from '../../platform/storage/now-sql.js';
import type { RotationOutboxTable } from '../../platform/storage/rotation-schema.js';
import type { RotationNotification } from '../domain/rotation.store.js';
import type { NotificationRow } from '../notifications/domain/rotation-event.js';
import { RunDatabase } from './run-database.js';
import { type RunColumns, runOf } from './run-rows.js';
import { RunSeals } from './run-seals.js';

/** Notification that this process delivers for a while. */
export interface TakenRow {
  readonly seq: number;
  /** Number of begun deliveries, including this one. */
  readonly attempts: number;
  readonly row: NotificationRow;
}

export interface OutboxCounts {
  readonly waiting: number;
  readonly dead: number;
}

/** Notifications in the database; all times are by its clock. Throws Unavailable. */
export class OutboxRows {
  readonly #database: RunDatabase;
  readonly #seals: RunSeals;

  constructor(database: Database, integrity: RowIntegrity) {
    this.#database = new RunDatabase(database);
    this.#seals = new RunSeals(integrity);
  }

  /** Takes some due notifications, each Secret's oldest, exclusively for a while. */
  async take(limit: number): Promise<readonly TakenRow[]> {
    const due = await this.#due(limit);
    const taken: TakenRow[] = [];
    for (const { seq, attempts } of due) {
      const row = await this.#takeOne(seq, attempts);
      if (row !== undefined) taken.push(row);
    }
    return taken;
  }

  /** Removes it; does nothing if another process has it by now. */
  async remove({ seq, attempts }: TakenRow): Promise<void> {
    await this.#database.inBackground((db) =>
      db
        .deleteFrom('rotation_outbox')
        .where('seq', '=', seq)
        .where('attempts', '=', attempts)
        .execute(),
    );
  }

  async tryAgain({ seq, attempts }: TakenRow, inMs: number): Promise<void> {
    await this.#database.inBackground((db) =>
      db
        .updateTable('rotation_outbox')
        .set({ next_try_ms: this.#in(inMs) })
        .where('seq', '=', seq)
        .where('attempts', '=', attempts)
        .where('dead_ms', 'is', null)
        .execute(),
    );
  }

  /** Gives it up: it stays for a while, and delays nothing after it. */
  async bury({ seq, attempts }: Pick<TakenRow, 'seq' | 'attempts'>): Promise<void> {
    await this.#database.inBackground((db) =>
      db
        .updateTable('rotation_outbox')
        .set({ dead_ms: this.#in(0) })
        .where('seq', '=', seq)
        .where('attempts', '=', attempts)
        .execute(),
    );
  }

  async count(): Promise<OutboxCounts> {
    const { total, dead } = await this.#database.inBackground((db) =>
      db
        .selectFrom('rotation_outbox')
        .select((eb) => [eb.fn.countAll().as('total'), eb.fn.count('dead_ms').as('dead')])
        .executeTakeFirstOrThrow(),
    );
    return { waiting: Number(total) - Number(dead), dead: Number(dead) };
  }

  /** Deletes dead letters that are too old or too many. */
  async purge(): Promise<void> {
    await this.#database.inBackground((db) =>
      db
        .deleteFrom('rotation_outbox')
        .where('dead_ms', 'is not', null)
        .where((eb) =>
          eb.or([
            eb('dead_ms', '<', this.#in(-rotationLimits.outboxDeadMsMax)),
            eb(
              'seq',
              'not in',
              eb
                .selectFrom('rotation_outbox')
                .select('seq')
                .where('dead_ms', 'is not', null)
                .orderBy('dead_ms', 'desc')
                .orderBy('seq', 'desc')
                .limit(rotationLimits.outboxDeadRowsMax),
            ),
          ]),
        )
        .execute(),
    );
  }

  #due(limit: number) {
    return this.#database.inBackground((db) =>
      db
        .selectFrom('rotation_outbox as o')
        .select(['o.seq', 'o.attempts'])
        .where('o.dead_ms', 'is', null)
        .where('o.next_try_ms', '<=', this.#in(0))
        .where((eb) =>
          eb.not(
            eb.exists(
              eb
                .selectFrom('rotation_outbox as earlier')
                .select('earlier.seq')
                .whereRef('earlier.namespace_uid', '=', 'o.namespace_uid')
                .whereRef('earlier.name', '=', 'o.name')
                .whereRef('earlier.seq', '<', 'o.seq')
                .where('earlier.dead_ms', 'is', null),
            ),
          ),
        )
        .orderBy('o.seq')
        .limit(limit)
        .execute(),
    );
  }

  async #takeOne(seq: number, attempts: number): Promise<TakenRow | undefined> {
    const row = await this.#database.inBackground((db) =>
      db
        .updateTable('rotation_outbox')
        .set({ attempts: attempts + 1, next_try_ms: this.#in(rotationLimits.outboxClaimMs) })
        .where('seq', '=', seq)
        .where('attempts', '=', attempts)
        .where('dead_ms', 'is', null)
        .where('next_try_ms', '<=', this.#in(0))
        .returningAll()
        .executeTakeFirst(),
    );
    if (row === undefined) return undefined;
    const notification = this.#notificationIn(row);
    const taken = { seq, attempts: row.attempts };
    if (notification !== undefined) return { ...taken, row: notification };
    await this.bury(taken);
    return undefined;
  }

  /** Returns the notification; undefined if no gateway has written it: a delivery is signed. */
  #notificationIn(row: Selectable<RotationOutboxTable>): NotificationRow | undefined {
    const { id, type, created_ms: createdMs } = row;
    // The gateway's own JSON, which the MAC proves before it is parsed.
    const { mac = '', ...columns } = JSON.parse(row.body) as RunColumns & { readonly mac?: string };
    if (!this.#seals.isNotificationOurs({ id, type, createdMs, columns }, mac)) return undefined;
    const notification = { type: type as RotationNotification['type'], run: runOf(columns) };
    return { id, timeMs: createdMs, notification };
  }

  #in(ms: number) {
    return sql<number>`${nowSql(this.#database.dialect)} + ${sql.lit(Math.round(ms))}`;
  }
}
