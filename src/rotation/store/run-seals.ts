import type { RowValue } from '../../encryption/domain/row-mac.js';
import type { RowIntegrity } from '../../encryption/row-integrity.js';
import type { RotationRun } from '../domain/rotation-run.js';
import { columnsOf, type RunColumns, runOf, type RunRow } from './run-rows.js';

/** Stored notification. */
export interface KeptNotification {
  readonly id: string;
  readonly type: string;
  readonly createdMs: number;
  readonly columns: RunColumns;
}

type ReadColumns = Omit<RunRow, 'holder' | 'lease_until_ms'>;

/** MACs of runs, wishes and notifications: created when written, checked when read. */
export class RunSeals {
  readonly #integrity: RowIntegrity;

  constructor(integrity: RowIntegrity) {
    this.#integrity = integrity;
  }

  macOf(run: RotationRun): Uint8Array {
    return this.#integrity.macOf('rotation_runs', runValues(columnsOf(run)));
  }

  wishMacOf({ id, wish }: Pick<RotationRun, 'id' | 'wish'>): Uint8Array {
    return this.#integrity.macOf('rotation_wishes', [id, wish]);
  }

  notificationMacOf(kept: KeptNotification): string {
    const mac = this.#integrity.macOf('rotation_outbox', notificationValues(kept));
    return Buffer.from(mac).toString('base64');
  }

  /** Returns the run of a row; undefined if no gateway wrote it. A foreign wish is ignored. */
  read(row: ReadColumns): RotationRun | undefined {
    const { id: name, mac, wish_mac: wishMac } = row;
    const values = runValues(row);
    if (!this.#integrity.holds('rotation_runs', { name, values, mac })) return undefined;
    const wish = { name, values: [name, row.wish], mac: wishMac };
    const hasNone = row.wish === null && wishMac === null;
    const isWished = hasNone || this.#integrity.holds('rotation_wishes', wish);
    return isWished ? runOf(row) : { ...runOf(row), wish: null };
  }

  /** Returns the rows that gateways have written. */
  readAll(rows: readonly ReadColumns[]): readonly RotationRun[] {
    return rows.flatMap((row) => this.read(row) ?? []);
  }

  isNotificationOurs(kept: KeptNotification, mac: string): boolean {
    return this.#integrity.holds('rotation_outbox', {
      name: kept.id,
      values: notificationValues(kept),
      mac: Buffer.from(mac, 'base64'),
    });
  }
}

function notificationValues({ id, type, createdMs, columns }: KeptNotification) {
  return [id, type, createdMs, JSON.stringify(columns)];
}

/** Returns all values but those that SQL alone changes: epoch, lease, wish and due time. */
export function runValues(row: RunColumns): readonly RowValue[] {
  const place = [row.id, row.namespace_uid, row.namespace, row.name, row.policy_uid];
  const asked = [row.trigger, row.requested_by, row.reason, row.started_ms, row.retire_after_ms];
  const progress = [row.state, row.step, row.attempts, row.step_started_ms, row.ended_ms];
  const times = [row.retire_at_ms, row.wait_until_ms];
  const versions = [row.from_version, row.to_version, row.username, row.former_username];
  return [...place, ...asked, ...progress, ...times, ...versions, row.waiting_for, row.problem];
}
