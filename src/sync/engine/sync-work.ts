import type { CallGate } from '../../access/domain/call-gate.js';
import type { Clock } from '../../core/clock.js';
import { foundOrUndefined } from '../../core/errors/not-found.js';
import { SallyportError } from '../../core/errors/sallyport-error.js';
import type { GatewayAccounts } from '../../core/gateway-accounts.js';
import { syncLimits } from '../../core/sync-limits.js';
import { CallTrace } from '../../calls/domain/call-trace.js';
import { AuthorAwaited, AuthorGrace } from '../../custom-resources/domain/author-grace.js';
import type { ObjectRecords } from '../../custom-resources/domain/object-records.js';
import { conditionIn } from '../../custom-resources/domain/status-condition.js';
import type { ObjectStatuses } from '../../custom-resources/domain/object-statuses.js';
import {
  type Looked,
  ObjectQueue,
  type QueuedObject,
} from '../../platform/lifecycle/object-queue.js';
import type { BackgroundLease } from '../../platform/storage/background-lease.js';
import type { SyncMetrics } from '../../platform/telemetry/sync-metrics.js';
import type { SecretCache } from '../../secrets/domain/cache/secret-cache.js';
import type { StoreFeed, StoreRegistry } from '../domain/external-stores.js';
import type { SecretSyncs, SyncRegistry } from '../domain/secret-syncs.js';
import { pollMsOf } from '../domain/store-spec.js';
import { keysWith, type SyncOutcome } from '../domain/sync-outcome.js';
import type { ParsedSync } from '../domain/sync-spec.js';
import { stateOf } from '../domain/sync-status.js';
import type { ChangeChecks } from './change-checks.js';
import { AbandonedRecords } from './abandoned-records.js';
import type { StateReports } from './state-reports.js';
import type { SyncPass } from './sync-pass.js';
import { StoreWaits } from './store-waits.js';
import { writeStatus } from './write-status.js';
import { SyncTriggers } from './sync-triggers.js';

export interface SyncWorkDependencies {
  readonly gate: Pick<CallGate, 'refusal'>;
  readonly clock: Clock;
  readonly knownStores: StoreRegistry;
  readonly storeFeed: Pick<StoreFeed, 'isLoaded'>;
  readonly knownSyncs: SyncRegistry;
  readonly syncs: Pick<SecretSyncs, 'get' | 'writeStatus'>;
  readonly cache: Pick<SecretCache, 'onChange'>;
  readonly accounts: Pick<GatewayAccounts, 'broker'>;
  readonly records: Pick<ObjectRecords, 'list' | 'remove'>;
  readonly statuses: Pick<ObjectStatuses, 'write' | 'lastOf'>;
  readonly reports: Pick<StateReports, 'report'>;
  readonly pass: Pick<SyncPass, 'run'>;
  readonly changes: ChangeChecks;
  readonly lease: BackgroundLease;
  readonly metrics: Pick<SyncMetrics, 'looked' | 'wrote'>;
  readonly onFault: (error: unknown) => void;
}

/** Work on syncs, which one replica does: what changes is looked at, and each sync by the time. */
export class SyncWork {
  readonly #parts: SyncWorkDependencies;
  readonly #queue: ObjectQueue;
  readonly #triggers: SyncTriggers;
  readonly #grace: AuthorGrace;
  readonly #abandoned: AbandonedRecords;
  #ending = Promise.resolve();

  constructor(parts: SyncWorkDependencies) {
    this.#parts = parts;
    const { onFault } = parts;
    const { looksAtOnceMax: atOnceMax } = syncLimits;
    this.#queue = new ObjectQueue({ work: (item) => this.#look(item), onFault, atOnceMax });
    this.#grace = new AuthorGrace(parts.clock);
    this.#triggers = new SyncTriggers({ ...parts, queue: this.#queue });
    this.#abandoned = new AbandonedRecords({
      ...parts,
      onFound: (sync) => this.#queue.note(sync),
    });
  }

  /** Begins in the background; never throws. */
  start(): void {
    this.#triggers.start();
    this.#parts.lease.start();
  }

  /** Resolves once all work has ended. */
  async stop(): Promise<void> {
    this.#triggers.stop();
    this.#abandoned.stop();
    await Promise.all([this.#ending, this.#queue.close()]);
    await this.#parts.changes.stop();
    await this.#parts.lease.stop();
  }

  /** Takes over the work. */
  gained(): void {
    // Looks of an earlier term end first.
    this.#ending = this.#ending.then(async () => {
      await this.#queue.close();
      if (!this.#parts.lease.isHeld) return;
      this.#queue.open([]);
      this.#triggers.noteAll();
      this.#parts.changes.start((sync) => this.#triggers.poll(sync));
      this.#abandoned.start();
    });
  }

  /** Leaves the work to another replica. */
  lost(): void {
    this.#abandoned.stop();
    this.#ending = this.#ending.then(async () => {
      await this.#queue.close();
      await this.#parts.changes.stop();
    });
  }

  async #look(item: QueuedObject): Promise<Looked> {
    const { gate, knownSyncs, storeFeed } = this.#parts;
    if (gate.refusal !== undefined) throw gate.refusal;
    // A store that is not known yet is not missing.
    if (!storeFeed.isLoaded) return 'repeat';
    const sync = knownSyncs.get(item);
    if (sync?.object.uid !== item.uid) return this.#forget(item);
    const isPoll = this.#triggers.takePolled(item.uid);
    const tagBefore = this.#parts.changes.tagOf(item.uid);
    try {
      const outcome = await this.#settle(sync, item, isPoll);
      this.#triggers.askAgain(sync, this.#againMs(sync, outcome, tagBefore));
    } catch (error) {
      if (error instanceof AuthorAwaited) return 'repeat';
      if (!(error instanceof StoreWaits)) throw error;
      if (error.isPaused) await this.#notePause(sync, error);
      this.#triggers.goOn(sync, error.waitMs, isPoll);
    }
    return 'done';
  }

  async #settle(
    sync: ParsedSync,
    { notedMs }: QueuedObject,
    isPoll: boolean,
  ): Promise<SyncOutcome> {
    const { pass, metrics } = this.#parts;
    const requireWork = (): void => this.#parts.lease.require();
    const outcome = await pass.run(sync, { requireWork, isPoll });
    // Nothing is wrong yet: the author is recorded after the cluster has the spec.
    if (isAuthorUnknown(outcome)) this.#grace.require(sync.object);
    metrics.looked(stateOf(outcome));
    const isWritten = outcome.kind === 'done' && outcome.isWritten;
    if (isWritten && notedMs !== undefined) metrics.wrote(performance.now() - notedMs);
    await this.#writeStatus(sync, outcome);
    return outcome;
  }

  /** Says in the status that the store cannot be asked, unless the status says so already. */
  async #notePause(sync: ParsedSync, { message }: StoreWaits): Promise<void> {
    const last = this.#parts.statuses.lastOf(sync.object);
    if (conditionIn(last, 'StoreReachable')?.['status'] === 'False') return;
    const problem = { concerns: 'StoreReachable', reason: 'StorePaused', message } as const;
    await this.#writeStatus(sync, { kind: 'problem', problem, isStoreKnown: false });
  }

  #writeStatus({ object }: ParsedSync, outcome: SyncOutcome): Promise<void> {
    const { syncs: objects, statuses, reports, clock } = this.#parts;
    return writeStatus({ objects, statuses, reports, clock }, object, outcome);
  }

  /** Forgets what is recorded of a sync that the cluster does not have any more. */
  async #forget(item: QueuedObject): Promise<Looked> {
    const { syncs, accounts, records } = this.#parts;
    const call = { ctx: accounts.broker(), as: 'broker', trace: new CallTrace() } as const;
    const found = await foundOrUndefined(() => syncs.get(call, item)).catch((error: unknown) => {
      // The namespace may be served again, with its syncs.
      if (error instanceof SallyportError && error.code === 'Forbidden') return 'hidden' as const;
      throw error;
    });
    if (found === 'hidden') return 'done';
    if (found?.uid === item.uid) return 'repeat';
    await records.remove(item.uid);
    this.#parts.changes.forget(item.uid);
    return 'done';
  }

  /** Returns when a sync is looked at again, although nothing is observed. */
  #againMs(sync: ParsedSync, outcome: SyncOutcome, tagBefore: string | undefined): number {
    const latestMs = againMs(outcome);
    const pollMs = this.#pollMs(sync);
    const { lookTrustedMs, pollMsMax } = syncLimits;
    const isSettled = outcome.kind === 'done' && latestMs === pollMsMax;
    if (isSettled && this.#parts.changes.looked(sync, tagBefore))
      return Math.max(lookTrustedMs, pollMs);
    this.#parts.changes.forget(sync.object.uid);
    return Math.min(pollMs, latestMs);
  }

  #pollMs({ spec }: ParsedSync): number {
    const store = spec && this.#parts.knownStores.named(spec.storeName)?.spec;
    return store === undefined ? syncLimits.pollMsMax : pollMsOf(store);
  }
}

function isAuthorUnknown(outcome: SyncOutcome): boolean {
  return outcome.kind === 'problem' && outcome.problem.reason === 'AuthorUnknown';
}

/** Returns when a sync must be looked at again at the latest, although nothing is observed. */
function againMs(outcome: SyncOutcome): number {
  const { failedAgainMs, deletionConfirmedMs, pollJitterShare, pollMsMax } = syncLimits;
  if (outcome.kind === 'done') {
    const isUnconfirmed = keysWith(outcome.keys, 'unconfirmed').length > 0;
    // The random part of the time must not make the look too early.
    return isUnconfirmed ? deletionConfirmedMs / (1 - pollJitterShare) : pollMsMax;
  }
  const mayBeOver = new Set(['Disturbed', 'StoreOutdated']).has(outcome.problem.reason);
  return mayBeOver || stateOf(outcome) === 'Failed' ? failedAgainMs : pollMsMax;
}
