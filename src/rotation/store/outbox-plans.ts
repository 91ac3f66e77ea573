import { randomUUID } from 'node:crypto';
import { type Compilable, type Kysely, sql } from 'kysely';
import { rotationLimits } from '../../core/rotation-limits.js';
import type { Schema } from '../../storage/schema.js';
import type { RotationNotification } from '../domain/rotation.store.js';
import { wholeNumber } from './domain/storable.js';
import { columnsOf } from './run-rows.js';

const COLUMNS = [
  'id',
  'run_id',
  'namespace_uid',
  'namespace',
  'name',
  'type',
  'body',
  'created_ms',
  'next_try_ms',
  'attempts',
] as const;

/** Puts a notification where it will be found, as long as there is room for it. */
export function notify(
  db: Kysely<Schema>,
  notification: RotationNotification | undefined,
  nowMs: number,
): readonly Compilable[] {
  if (notification === undefined) return [];
  const columns = columnsOf(notification.run);
  const { id, namespace_uid: namespaceUid, namespace, name } = columns;
  const texts = [randomUUID(), id, namespaceUid, namespace, name, notification.type].map(
    (text) => sql`CAST(${text} AS text)`,
  );
  const body = sql`CAST(${JSON.stringify(columns)} AS text)`;
  const createdMs = sql`CAST(${wholeNumber(nowMs)} AS bigint)`;
  const rows = db.selectFrom('rotation_outbox').select((eb) => eb.fn.countAll().as('rows'));
  const names = sql.join(COLUMNS.map((column) => sql.ref(column)));
  const insert = sql`INSERT INTO rotation_outbox (${names})
      SELECT ${sql.join([...texts, body, createdMs])}, 0, 0
      WHERE (${rows}) < ${sql.lit(rotationLimits.outboxRowsMax)}`;
  return [{ compile: () => insert.compile(db) }];
}
