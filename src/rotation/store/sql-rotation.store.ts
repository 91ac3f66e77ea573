import { rotationLimits } from '../../core/rotation-limits.js';
import { unavailable } from '../../core/errors/sallyport-error.js';
import type { GuardedChange } from '../../audit/domain/log-entry.js';
import type { KnownAuthor } from '../../custom-resources/domain/author.js';
import type { RotatedSecret, RotationRun, RunChange } from '../domain/rotation-run.js';
import {
  type ChangeRecord,
  type ClaimedRun,
  type NewRun,
  type PolicyRow,
  RotationStore,
  type RunValues,
} from '../domain/rotation.store.js';
import { PolicyRows } from './policy-rows.js';
import { pruneRuns } from './prune-runs.js';
import { RunDatabase } from './run-database.js';
import { RunLeases } from './run-leases.js';
import { planAdvance, planBegin, planWish } from './run-plans.js';
import { type RunPage, RunReads } from './run-reads.js';
import { RunSeals } from './run-seals.js';
import { SealedValues } from './run-values.js';
import type { RotationStoreDependencies } from './rotation-store.dependencies.js';

/** Runs in the database, in either dialect; a change and its event are one transaction. */
export class SqlRotationStore extends RotationStore {
  readonly #parts: RotationStoreDependencies;
  readonly #database: RunDatabase;
  readonly #sealed: SealedValues;
  readonly #seals: RunSeals;
  readonly #reads: RunReads;
  readonly #leases: RunLeases;
  readonly #policies: PolicyRows;

  constructor(parts: RotationStoreDependencies) {
    super();
    this.#parts = parts;
    this.#database = new RunDatabase(parts.database);
    this.#sealed = new SealedValues(parts);
    this.#seals = new RunSeals(parts.integrity);
    this.#reads = new RunReads(this.#database, this.#sealed, this.#seals);
    this.#leases = new RunLeases(this.#database, parts.holder, this.#seals);
    this.#policies = new PolicyRows(this.#database, parts.integrity);
  }

  /** Frees leases of earlier processes before the first claim. */
  takeOver(): Promise<void> {
    return this.#leases.takeOver();
  }

  override async begin(
    run: NewRun,
    record: ChangeRecord,
  ): Promise<{ readonly runningId?: string }> {
    for (let tries = 0; tries < rotationLimits.beginTriesMax; tries += 1) {
      const { notification } = record;
      const change = await this.#database.compiled((db) =>
        planBegin({ db, seals: this.#seals }, run, notification),
      );
      if (await this.#commit(record, change)) return {};
      const running = await this.active(run);
      // An earlier attempt with an unknown outcome may have begun the run.
      if (running?.id === run.id || (await this.find(run, run.id)) !== undefined) return {};
      if (running !== undefined) return { runningId: running.id };
    }
    throw unavailable('runs of this Secret begin and end too fast');
  }

  override find(secret: RotatedSecret, id: string): Promise<RotationRun | undefined> {
    return this.#reads.find(secret, id);
  }

  override list(secret: RotatedSecret, page: RunPage): Promise<readonly RotationRun[]> {
    return this.#reads.list(secret, page);
  }

  override active(secret: RotatedSecret): Promise<RotationRun | undefined> {
    return this.#reads.active(secret);
  }

  override due(
    limit: number,
    after?: Pick<RotationRun, 'dueMs' | 'id'>,
  ): Promise<readonly RotationRun[]> {
    return this.#reads.due(this.#nowMs(), limit, after);
  }

  override claim(id: string): Promise<ClaimedRun | undefined> {
    return this.#leases.claim(id);
  }

  override renew(run: RotationRun): Promise<ClaimedRun | undefined> {
    return this.#leases.renew(run);
  }

  override async release(run: RotationRun): Promise<void> {
    // The lease ends by itself.
    await this.#leases.release(run).catch(() => undefined);
  }

  override async advance(
    run: RotationRun,
    change: RunChange,
    record: ChangeRecord | undefined,
    values?: RunValues,
  ): Promise<boolean> {
    const sealed = values && this.#sealed.seal(run, values);
    const nowMs = this.#nowMs();
    const { notification } = record ?? {};
    const made = await this.#database.compiled((db) =>
      planAdvance({ db, seals: this.#seals }, this.#database.dialect, run, {
        change,
        nowMs,
        sealed,
        notification,
      }),
    );
    return record === undefined ? this.#database.make(made) : this.#commit(record, made);
  }

  override async wish(
    run: RotationRun,
    wish: 'cancel' | 'retire',
    record: ChangeRecord,
  ): Promise<boolean> {
    const nowMs = this.#nowMs();
    const { notification } = record;
    const change = await this.#database.compiled((db) =>
      planWish({ db, seals: this.#seals }, run, wish, { nowMs, notification }),
    );
    return this.#commit(record, change);
  }

  override values(run: RotationRun): Promise<RunValues | undefined> {
    return this.#reads.values(run);
  }

  override async lastValues(secret: RotatedSecret): Promise<RunValues | undefined> {
    const [last] = await this.#reads.keptValues(secret, 1);
    return last;
  }

  override keptValues(secret: RotatedSecret): Promise<readonly RunValues[]> {
    return this.#reads.keptValues(secret, rotationLimits.runsWithValuesMax);
  }

  override policy(policyUid: string): Promise<PolicyRow | undefined> {
    return this.#policies.get(policyUid);
  }

  override policies(): Promise<readonly PolicyRow[]> {
    return this.#policies.all();
  }

  override saveAuthor(
    policyUid: string,
    author: { readonly specHash: string; readonly author: KnownAuthor },
  ): Promise<void> {
    return this.#policies.saveAuthor(policyUid, author);
  }

  override saveSchedule(
    policyUid: string,
    schedule: Pick<PolicyRow, 'scheduleHash' | 'nextRunMs' | 'lastDueMs'>,
  ): Promise<void> {
    return this.#policies.saveSchedule(policyUid, schedule);
  }

  override moveSchedule(
    policyUid: string,
    from: Pick<PolicyRow, 'scheduleHash' | 'nextRunMs'>,
    to: Pick<PolicyRow, 'nextRunMs' | 'lastDueMs'>,
  ): Promise<boolean> {
    return this.#policies.moveSchedule(policyUid, from, to);
  }

  override removePolicy(policyUid: string): Promise<void> {
    return this.#policies.remove(policyUid);
  }

  override prune(secret: RotatedSecret, keep: number): Promise<void> {
    return pruneRuns(this.#database, secret, keep);
  }

  #commit(record: ChangeRecord, change: GuardedChange): Promise<boolean> {
    return this.#parts.transactions.change(record, change);
  }

  #nowMs(): number {
    return this.#parts.clock.nowMs();
  }
}
