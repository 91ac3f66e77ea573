import type { Clock } from '../../core/clock.js';
import type { CallContext } from '../../core/call-context.js';
import { rotationLimits } from '../../core/rotation-limits.js';
import { hashOf } from '../../custom-resources/domain/spec-hash.js';
import type { ParsedPolicy, StoredPolicy } from '../domain/rotation-policy.js';
import type { RotationRun } from '../domain/rotation-run.js';
import { runIdFor } from '../domain/run-id.js';
import type { Schedule } from '../domain/rotation-spec.js';
import type { PolicyRow, RotationStore } from '../domain/rotation.store.js';
import { isInWindow, nextDueMs } from '../domain/schedule.js';
import { DueTimes } from './due-times.js';
import type { PolicyRegistry } from './policy-registry.js';

export interface RotationSchedulerDependencies {
  readonly book: PolicyRegistry;
  readonly store: RotationStore;
  readonly clock: Clock;
  readonly caller: () => CallContext;
  /** User name of a policy's author; throws if it cannot be determined. */
  readonly authorOf: (known: ParsedPolicy) => Promise<string | undefined>;
  /** Called when a run was begun. */
  readonly onBegun: () => void;
  /** Called when a policy's next due time has changed. */
  readonly onMoved: (known: ParsedPolicy) => void;
  readonly onFault: (error: unknown) => void;
}

/**
 * Begins a run whenever a schedule is due. Runs that were due while no process ran are made up for
 * by one run. Replicas do this concurrently: a run of a policy and a time has one id.
 */
export class RotationScheduler {
  readonly #parts: RotationSchedulerDependencies;
  readonly #due: DueTimes;
  /** Rows at the start, by uid of the policy, until it is planned. */
  readonly #rows = new Map<string, PolicyRow>();
  readonly #begun = new Set<Promise<void>>();
  #isStarted = false;

  constructor(parts: RotationSchedulerDependencies) {
    this.#parts = parts;
    this.#due = new DueTimes((uids) => this.#beginAll(uids));
    parts.book.onChange({
      put: (known, before) => {
        if (this.#isStarted && known.specHash !== before?.specHash) void this.#plan(known);
      },
      removed: ({ policy }) => {
        this.#due.delete(policy.uid);
        this.#rows.delete(policy.uid);
      },
    });
  }

  /** Begins in the background; never throws. */
  start(): void {
    void this.#startOn(this.#parts.store.policies());
  }

  nextRunMs(policyUid: string): number | null {
    return this.#due.get(policyUid) ?? null;
  }

  /** Returns the number of due policies without a begun run. */
  dueCount(): number {
    return this.#due.countUntil(this.#parts.clock.nowMs());
  }

  async stop(): Promise<void> {
    this.#isStarted = false;
    this.#due.stop();
    await Promise.all(this.#begun);
  }

  async #startOn(rows: Promise<readonly PolicyRow[]>): Promise<void> {
    try {
      for (const row of await rows) this.#rows.set(row.policyUid, row);
    } catch (error) {
      this.#parts.onFault(error);
    }
    this.#isStarted = true;
    for (const known of this.#parts.book.all) void this.#plan(known);
  }

  /** Plans the due time, as stored in the database or computed from the schedule. */
  async #plan(known: ParsedPolicy): Promise<void> {
    const { clock, onMoved, onFault } = this.#parts;
    const { uid } = known.policy;
    const schedule = activeSchedule(known);
    this.#due.delete(uid);
    try {
      const nextRunMs = schedule === undefined ? null : await this.#nextOf(known, schedule);
      if (nextRunMs !== null) this.#due.set(uid, nextRunMs);
      onMoved(known);
    } catch (error) {
      onFault(error);
      this.#due.set(uid, clock.nowMs() + rotationLimits.scheduleAgainMs);
    }
  }

  async #nextOf({ policy }: ParsedPolicy, schedule: Schedule): Promise<number | null> {
    const { store, clock } = this.#parts;
    const row = this.#rows.get(policy.uid) ?? (await store.policy(policy.uid));
    // Other code advances it: it counts once.
    this.#rows.delete(policy.uid);
    const scheduleHash = hashOf(schedule);
    if (row?.scheduleHash === scheduleHash && row.nextRunMs !== null) return row.nextRunMs;
    const nextRunMs = nextOf(schedule, policy, clock.nowMs());
    const lastDueMs = row?.lastDueMs ?? null;
    await store.saveSchedule(policy.uid, { scheduleHash, nextRunMs, lastDueMs });
    return nextRunMs;
  }

  #beginAll(uids: readonly string[]): void {
    const due = uids.flatMap((uid) => this.#parts.book.byUid(uid) ?? []);
    const begun = this.#beginInTurns(due).finally(() => this.#begun.delete(begun));
    this.#begun.add(begun);
  }

  async #beginInTurns(due: readonly ParsedPolicy[]): Promise<void> {
    const size = rotationLimits.runsBegunAtOnceMax;
    for (let index = 0; index < due.length && this.#isStarted; index += size) {
      const some = due.slice(index, index + size);
      await Promise.all(some.map((known) => this.#begin(known)));
    }
  }

  async #begin(known: ParsedPolicy): Promise<void> {
    const schedule = activeSchedule(known);
    if (schedule === undefined) return;
    const { clock, store, onBegun, onMoved, onFault } = this.#parts;
    const { uid } = known.policy;
    const nowMs = clock.nowMs();
    try {
      const row = await store.policy(uid);
      // The database was unreachable when it was planned.
      if (row?.scheduleHash !== hashOf(schedule)) return await this.#plan(known);
      const dueMs = row.nextRunMs;
      if (dueMs === null || dueMs > nowMs) {
        // Another replica began the run first.
        if (dueMs !== null) this.#due.set(uid, dueMs);
        return;
      }
      const isWanted = isInWindow(schedule, dueMs, nowMs) && !(await this.#isHalted(known));
      const begun = isWanted ? await this.#beginRun(known, dueMs) : {};
      if (begun.runningId !== undefined) {
        this.#due.set(uid, nowMs + rotationLimits.scheduleAgainMs);
        return;
      }
      const nextRunMs = nextOf(schedule, known.policy, nowMs);
      await store.moveSchedule(uid, row, { nextRunMs, lastDueMs: dueMs });
      if (nextRunMs !== null) this.#due.set(uid, nextRunMs);
      onMoved(known);
      if (isWanted) onBegun();
    } catch (error) {
      onFault(error);
      this.#due.set(uid, nowMs + rotationLimits.scheduleAgainMs);
    }
  }

  async #beginRun(known: ParsedPolicy, dueMs: number): Promise<{ readonly runningId?: string }> {
    const { clock, store, caller, authorOf } = this.#parts;
    const { namespace, namespaceUid, name, policy, spec } = known;
    // The ID is equal on every replica, so that one due time makes one run.
    const id = runIdFor(`${policy.uid}\n${dueMs}`);
    // A run without an author ends and reports it: do not wait.
    const author = await authorOf(known).catch(() => undefined);
    const ctx = {
      ...caller(),
      parentId: id,
      ...(author !== undefined && { onBehalfOf: author }),
    };
    const facts = {
      action: 'rotations.run',
      namespace,
      secret: name,
      rotation: { runId: id, step: 'create', state: 'running' },
    } as const;
    return store.begin(
      {
        id,
        namespaceUid,
        namespace,
        name,
        trigger: 'schedule',
        requestedBy: author ?? null,
        policyUid: policy.uid,
        reason: null,
        startedMs: clock.nowMs(),
        retireAfterMs: spec?.retireAfterMs ?? 0,
      },
      { ctx, facts, result: { outcome: 'allowed', code: 202, plane: 'none', upstreamIds: [] } },
    );
  }

  /** Reports whether the schedule waits for an operator after its last run. */
  async #isHalted(known: ParsedPolicy): Promise<boolean> {
    const [last] = await this.#parts.store.list(known, { limit: 1 });
    return last !== undefined && isHalting(last);
  }
}

function activeSchedule({ spec }: ParsedPolicy): Schedule | undefined {
  return spec?.suspend === true ? undefined : spec?.schedule;
}

function isHalting({ state, problem }: RotationRun): boolean {
  const reason = problem?.reason;
  return (
    state === 'needsOperator' && (reason === 'NoCredentialWorks' || reason === 'SecretDiffers')
  );
}

/** Returns the next due time. Intervals count from the policy's creation: no drift. */
function nextOf(
  schedule: Schedule,
  { uid: seed, createdMs: anchorMs }: Pick<StoredPolicy, 'uid' | 'createdMs'>,
  afterMs: number,
): number | null {
  return nextDueMs(schedule, { afterMs, anchorMs, seed }) ?? null;
}
