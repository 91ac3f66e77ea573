import type { CallContext } from '../../core/call-context.js';
import type { Clock } from '../../core/clock.js';
import { rotationLimits } from '../../core/rotation-limits.js';
import { isSameStatus } from '../../custom-resources/domain/same-status.js';
import { policyStatus } from '../domain/policy-status.js';
import type { RotationPolicies } from '../domain/rotation-policies.js';
import type { ParsedPolicy } from '../domain/rotation-policy.js';
import type { RotationStore } from '../domain/rotation.store.js';
import type { PolicyLook } from './look-at-policy.js';
import type { PolicyRegistry } from './policy-registry.js';

export interface StatusWriterDependencies {
  readonly book: PolicyRegistry;
  readonly store: Pick<RotationStore, 'list'>;
  readonly policies: Pick<RotationPolicies, 'writeStatus'>;
  readonly nextRunMs: (policyUid: string) => number | null;
  readonly look: (known: ParsedPolicy) => Promise<PolicyLook>;
  readonly caller: () => CallContext;
  readonly clock: Clock;
  readonly onFault: (error: unknown) => void;
}

/** Writer of each SecretRotation's status; frequent changes are written once. */
export class StatusWriter {
  readonly #parts: StatusWriterDependencies;
  /** uids of policies whose status may have changed. */
  readonly #waiting = new Set<string>();
  readonly #writing = new Set<string>();
  readonly #ending = new Set<Promise<void>>();
  /** Policies that could not run at their last check. */
  readonly #obstructed = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #recheck: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor(parts: StatusWriterDependencies) {
    this.#parts = parts;
    parts.book.onChange({
      put: (known) => {
        const { policy } = known;
        const isSeen = policy.status['observedGeneration'] === policy.generation;
        if (!isSeen && !policy.isBeingDeleted) this.note(policy.uid);
      },
      removed: ({ policy }) => {
        this.#waiting.delete(policy.uid);
        this.#obstructed.delete(policy.uid);
      },
    });
  }

  /** Rechecks obstacles periodically: no event reports their end. */
  start(): void {
    this.#recheck = setInterval(() => {
      for (const uid of [...this.#obstructed].slice(0, rotationLimits.statusRechecksMax)) {
        // Move it behind the policies that were not checked this time.
        this.#obstructed.delete(uid);
        this.note(uid);
      }
    }, rotationLimits.statusRecheckMs);
  }

  note(policyUid: string): void {
    if (this.#isStopped) return;
    this.#waiting.add(policyUid);
    this.#timer ??= setTimeout(() => this.#flush(), rotationLimits.statusEveryMs);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    clearInterval(this.#recheck);
    await Promise.all(this.#ending);
  }

  #flush(): void {
    this.#timer = undefined;
    for (const uid of this.#waiting) {
      if (this.#writing.size >= rotationLimits.statusesAtOnceMax) return;
      if (this.#writing.has(uid)) continue;
      this.#waiting.delete(uid);
      this.#writing.add(uid);
      const ending = this.#write(uid).finally(() => {
        this.#writing.delete(uid);
        this.#ending.delete(ending);
        if (this.#waiting.size > 0 && !this.#isStopped) this.#flush();
      });
      this.#ending.add(ending);
    }
  }

  async #write(uid: string): Promise<void> {
    const known = this.#parts.book.byUid(uid);
    if (known === undefined) return;
    const { policies, caller, onFault } = this.#parts;
    try {
      const status = await this.#statusOf(known);
      if (isSameStatus(status, known.policy.status)) return;
      const trace = { plane: 'none' as const, upstreamIds: [] };
      const { namespace, name } = known.policy;
      const target = { namespace, name, uid };
      await policies.writeStatus({ ctx: caller(), as: 'broker', trace }, target, status);
    } catch (error) {
      // The next write replaces the whole status.
      if (this.#parts.book.byUid(uid) === undefined) return;
      this.#obstructed.add(uid);
      onFault(error);
    }
  }

  async #statusOf(known: ParsedPolicy) {
    const { store, nextRunMs, look, clock } = this.#parts;
    const runs = await store.list(known, { limit: rotationLimits.statusRunsMax });
    const last = runs.find(({ state }) => state === 'succeeded');
    const seen = await look(known);
    if (seen.obstacle === undefined) this.#obstructed.delete(known.policy.uid);
    else this.#obstructed.add(known.policy.uid);
    return policyStatus({
      known,
      run: runs[0],
      lastSucceededMs: last?.endedMs ?? undefined,
      nextRunMs: nextRunMs(known.policy.uid),
      ...seen,
      nowMs: clock.nowMs(),
    });
  }
}
