import { randomUUID } from 'node:crypto';
import { type Compilable, sql } from 'kysely';
import { rotationLimits } from '../../core/rotation-limits.js';
import type { RotationNotification } from '../domain/rotation.store.js';
import { wholeNumber } from '../../platform/storage/storable.js';
import type { PlanParts } from './plan-parts.js';
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

/** Stores a notification for delivery, while there is room for it. */
export function notify(
  { db, seals }: PlanParts,
  notification: RotationNotification | undefined,
  nowMs: number,
): readonly Compilable[] {
  if (notification === undefined) return [];
  const columns = columnsOf(notification.run);
  const { type } = notification;
  const [id, createdMs] = [randomUUID(), wholeNumber(nowMs)];
  const mac = seals.notificationMacOf({ id, type, createdMs, columns });
  const place = [columns.namespace_uid, columns.namespace, columns.name];
  const body = JSON.stringify({ ...columns, mac });
  const texts = [id, columns.id, ...place, type, body].map((text) => sql`CAST(${text} AS text)`);
  const created = sql`CAST(${createdMs} AS bigint)`;
  const rows = db.selectFrom('rotation_outbox').select((eb) => eb.fn.countAll().as('rows'));
  const names = sql.join(COLUMNS.map((column) => sql.ref(column)));
  const insert = sql`INSERT INTO rotation_outbox (${names})
      SELECT ${sql.join([...texts, created])}, 0, 0
      WHERE (${rows}) < ${sql.lit(rotationLimits.outboxRowsMax)}`;
  return [{ compile: () => insert.compile(db) }];
}
