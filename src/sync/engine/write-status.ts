import type { Clock } from '../../core/clock.js';
import type { CustomResource } from '../../custom-resources/domain/custom-resource.js';
import type { ObjectStatuses } from '../../custom-resources/domain/object-statuses.js';
import type { SecretSyncs } from '../domain/secret-syncs.js';
import { overwrittenEvent, type SyncOutcome } from '../domain/sync-outcome.js';
import { syncKind } from '../domain/sync-spec.js';
import { syncStatus } from '../domain/sync-status.js';
import type { StateReports } from './state-reports.js';

export interface WriteStatusDependencies {
  readonly statuses: Pick<ObjectStatuses, 'write' | 'lastOf'>;
  readonly objects: Pick<SecretSyncs, 'writeStatus'>;
  readonly reports: Pick<StateReports, 'report'>;
  readonly clock: Pick<Clock, 'nowMs'>;
}

/** Writes how a sync stands after a look, first into the trail. Throws as both writes do. */
export async function writeStatus(
  { statuses, objects, reports, clock }: WriteStatusDependencies,
  object: CustomResource,
  outcome: SyncOutcome,
): Promise<void> {
  const last = statuses.lastOf(object);
  const before = { generation: object.generation, status: last };
  const status = syncStatus(before, outcome, clock.nowMs());
  await reports.report(object, last, status);
  await statuses.write({ kind: syncKind, objects }, object, status, overwrittenEvent(outcome));
}
