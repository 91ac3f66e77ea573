import type { Clock } from '../../core/clock.js';
import type { ObjectStatuses } from '../../custom-resources/domain/object-statuses.js';
import type { Resolution } from '../domain/plan-sync.js';
import type { SecretSyncs } from '../domain/secret-syncs.js';
import { overwrittenEvent, type SyncOutcome } from '../domain/sync-outcome.js';
import { type ParsedSync, syncKind } from '../domain/sync-spec.js';
import { syncStatus } from '../domain/sync-status.js';
import type { StateReports } from './state-reports.js';
import type { SyncPass } from './sync-pass.js';

export interface SyncRunnerDependencies {
  readonly pass: Pick<SyncPass, 'run'>;
  readonly statuses: Pick<ObjectStatuses, 'write' | 'lastOf' | 'forget'>;
  readonly objects: Pick<SecretSyncs, 'writeStatus'>;
  readonly reports: Pick<StateReports, 'report'>;
  readonly clock: Pick<Clock, 'nowMs'>;
  /** Receives the failure to report or to write a status: the result of the look is known. */
  readonly onFault: (error: unknown) => void;
}

export interface RunOptions {
  readonly resolution?: Resolution | undefined;
  readonly isDryRun: boolean;
}

/** Looks at syncs that callers request, on whichever replica receives the request. */
export class SyncRunner {
  readonly #parts: SyncRunnerDependencies;

  constructor(parts: SyncRunnerDependencies) {
    this.#parts = parts;
  }

  /** Looks at a sync now; a dry run writes nothing. Throws Unavailable, and StoreWaits. */
  async run(sync: ParsedSync, { resolution, isDryRun }: RunOptions): Promise<SyncOutcome> {
    const { pass, statuses, objects, reports, clock, onFault } = this.#parts;
    const requireWork = (): void => undefined;
    const outcome = await pass.run(sync, { requireWork, resolution, isDryRun, isRequested: true });
    if (isDryRun) return outcome;
    const { object } = sync;
    // Another replica may have written the status.
    statuses.forget();
    const status = syncStatus(object, outcome, clock.nowMs());
    const owner = { kind: syncKind, objects };
    await reports
      .report(object, object.status, status)
      .then(() => statuses.write(owner, object, status, overwrittenEvent(outcome)))
      .catch(onFault);
    return outcome;
  }
}
