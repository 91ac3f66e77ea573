import { type Compilable, type Kysely, sql } from 'kysely';
import { rotationLimits } from '../../core/rotation-limits.js';
import type { Sealed } from '../../encryption/key-ring.js';
import type { Database } from '../../platform/storage/database.js';
import { nowSql } from '../../platform/storage/now-sql.js';
import type { Schema } from '../../platform/storage/schema.js';
import {
  type RotatedSecret,
  type RotationRun,
  type RunChange,
  hasEnded,
} from '../domain/rotation-run.js';
import type { NewRun, RotationNotification } from '../domain/rotation.store.js';
import { keptValues } from './domain/kept-values.js';
import { storable, wholeNumber } from '../../platform/storage/storable.js';
import { notify } from './outbox-plans.js';
import type { PlannedChange } from './run-database.js';
import { begunRun, changedColumns, changedRun, columnsOf, endedRun } from './run-rows.js';
import type { PlanParts } from './plan-parts.js';

type Db = Kysely<Schema>;

export interface Advance {
  readonly change: RunChange;
  readonly nowMs: number;
  readonly sealed: Sealed | undefined;
  readonly notification: RotationNotification | undefined;
}

/** Begins a run unless a run of its Secret is active. */
export function planBegin(
  { db, seals }: PlanParts,
  run: NewRun,
  notification: RotationNotification | undefined,
): PlannedChange {
  const begun = begunRun(run);
  const macs = { mac: seals.macOf(begun), wish_mac: null };
  const guard = db
    .insertInto('rotation_runs')
    .values({ ...columnsOf(begun), ...macs, holder: null, lease_until_ms: 0 })
    .onConflict((on) => on.doNothing());
  return { key: keyOf(run), guard, rest: notify({ db, seals }, notification, run.startedMs) };
}

/** Advances a run that is held under the epoch of `run`. */
export function planAdvance(
  { db, seals }: PlanParts,
  dialect: Database['dialect'],
  run: RotationRun,
  { change, nowMs, sealed, notification }: Advance,
): PlannedChange {
  const guard = db
    .updateTable('rotation_runs')
    // Keeps the epoch: a change may be about values only.
    .set({
      epoch: run.epoch,
      ...changedColumns(run, change, nowMs),
      mac: seals.macOf(endedRun(run, change, nowMs)),
      ...dueColumn(run, change, nowMs),
    })
    .where('id', '=', run.id)
    .where('epoch', '=', run.epoch)
    .where('ended_ms', 'is', null)
    .where('lease_until_ms', '>', nowSql(dialect));
  const rest = [
    ...(sealed === undefined ? [] : [keepSealed(db, run, sealed)]),
    ...dropValues(db, changedRun(run, change)),
    ...notify({ db, seals }, notification, nowMs),
  ];
  return { key: keyOf(run), guard, rest };
}

/** Stores a requested action, whichever process has the run, and makes the run due. */
export function planWish(
  { db, seals }: PlanParts,
  run: RotationRun,
  wish: 'cancel' | 'retire',
  { nowMs, notification }: Pick<Advance, 'nowMs' | 'notification'>,
): PlannedChange {
  const guard = db
    .updateTable('rotation_runs')
    .set({ wish, wish_mac: seals.wishMacOf({ id: run.id, wish }), due_ms: wholeNumber(nowMs) })
    .where('id', '=', run.id)
    .where('ended_ms', 'is', null);
  return { key: keyOf(run), guard, rest: notify({ db, seals }, notification, nowMs) };
}

function keyOf({ namespaceUid, name }: RotatedSecret): string {
  return `${namespaceUid}/${name}`;
}

/** Returns the due time; a requested action that the holder has not seen is not delayed. */
function dueColumn(run: RotationRun, { dueMs }: RunChange, nowMs: number) {
  if (dueMs === undefined) return {};
  const [wanted, now] = [wholeNumber(dueMs), wholeNumber(nowMs)];
  return {
    due_ms: sql<number>`CASE WHEN wish IS NOT DISTINCT FROM ${run.wish}
      THEN CAST(${wanted} AS bigint) ELSE CAST(${Math.min(wanted, now)} AS bigint) END`,
  };
}

function keepSealed(db: Db, { id }: RotationRun, sealed: Sealed): Compilable {
  const values = {
    key_id: sealed.keyId,
    wrapped_key: sealed.wrappedKey,
    ciphertext: sealed.ciphertext,
  };
  return db
    .insertInto('rotation_values')
    .values({ run_id: id, ...values })
    .onConflict((on) => on.column('run_id').doUpdateSet(values));
}

function dropValues(db: Db, run: RotationRun): readonly Compilable[] {
  if (!hasEnded(run)) return [];
  const kept = keptValues(run);
  const own = db.deleteFrom('rotation_values').where('run_id', '=', run.id);
  return [...(kept.own ? [] : [own]), dropEarlier(db, run, kept.earlier)];
}

/** Deletes values of the Secret's ended runs: all, or those beyond the retained number. */
function dropEarlier(
  db: Db,
  { id, namespaceUid, name }: RotationRun,
  isSurplusOnly: boolean,
): Compilable {
  const ofSecret = db
    .selectFrom('rotation_values as v')
    .innerJoin('rotation_runs as r', 'r.id', 'v.run_id')
    .select('v.run_id')
    .where('r.namespace_uid', '=', storable(namespaceUid))
    .where('r.name', '=', storable(name));
  const newest = ofSecret
    .orderBy('r.started_ms', 'desc')
    .orderBy('r.id', 'desc')
    .limit(rotationLimits.runsWithValuesMax);
  return db
    .deleteFrom('rotation_values')
    .where('run_id', 'in', ofSecret.where('r.id', '<>', id))
    .$if(isSurplusOnly, (query) => query.where('run_id', 'not in', newest));
}
