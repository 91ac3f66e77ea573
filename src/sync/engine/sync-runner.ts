import type { ObjectStatuses } from '../../custom-resources/domain/object-statuses.js';
import type { Resolution } from '../domain/plan-sync.js';
import type { SyncOutcome } from '../domain/sync-outcome.js';
import type { ParsedSync } from '../domain/sync-spec.js';
import type { SyncPass } from './sync-pass.js';
import { writeStatus, type WriteStatusDependencies } from './write-status.js';

export interface SyncRunnerDependencies extends WriteStatusDependencies {
  readonly pass: Pick<SyncPass, 'run'>;
  readonly statuses: Pick<ObjectStatuses, 'write' | 'lastOf' | 'forget'>;
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
    const { pass, statuses, onFault } = this.#parts;
    const requireWork = (): void => undefined;
    const outcome = await pass.run(sync, { requireWork, resolution, isDryRun, isRequested: true });
    if (isDryRun) return outcome;
    const { object } = sync;
    // Another replica may have written the status.
    statuses.forget();
    await writeStatus(this.#parts, object, outcome).catch(onFault);
    return outcome;
  }
}
