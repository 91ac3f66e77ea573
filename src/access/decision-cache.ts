import { unavailable } from '../core/errors/sallyport-error.js';
import { limits } from '../core/limits.js';
import type { Principal } from '../core/principal.js';
import { within } from '../core/within.js';
import type { Decision, ResourceRequest } from './access.service.js';
import { decisionKey } from './domain/decision-key.js';
import { decisionKeptMs, isForeignAllow } from './domain/decision-lifetime.js';
import { RbacChangeTimes } from './domain/rbac-change-times.js';
import type { RbacChanges } from './domain/rbac-changes.js';

/** Source of a decision. */
export type DecisionSource = 'kept' | 'shared' | 'asked';

export interface DecisionCacheOptions {
  readonly changes: RbacChanges;
  readonly onDecision?: (source: DecisionSource) => void;
  /** Monotonic clock, unlike the time of day. */
  readonly nowMs?: () => number;
}

export interface Question {
  readonly principal: Principal;
  readonly request: ResourceRequest;
  readonly signal?: AbortSignal | undefined;
}

interface KeptDecision {
  readonly decision: Decision;
  readonly askedAtMs: number;
  readonly untilMs: number;
}

interface PendingDecision {
  readonly answer: Promise<Decision>;
  readonly askedAtMs: number;
}

/**
 * Decisions of Kubernetes, cached for seconds and dropped when RBAC objects change. Ages count from
 * the sending of a question, since the time of its answer is unknown.
 */
export class DecisionCache {
  readonly #changes: RbacChanges;
  readonly #onDecision: (source: DecisionSource) => void;
  readonly #nowMs: () => number;
  readonly #times = new RbacChangeTimes();
  /** Decisions, the least recently used first. */
  readonly #kept = new Map<string, KeptDecision>();
  readonly #pending = new Map<string, PendingDecision>();
  #foreignAuthorizers = false;

  constructor(options: DecisionCacheOptions) {
    const { changes, onDecision = () => undefined, nowMs = () => performance.now() } = options;
    this.#changes = changes;
    this.#onDecision = onDecision;
    this.#nowMs = nowMs;
    changes.onChange((concern) => this.#times.note(concern, this.#nowMs()));
  }

  /** Reports whether an authorizer other than RBAC allowed something: it revokes later. */
  get foreignAuthorizers(): boolean {
    return this.#foreignAuthorizers;
  }

  get size(): number {
    return this.#kept.size;
  }

  /**
   * Returns the cached decision, or the answer of `ask`, which callers with an equal question
   * share. An error of `ask` reaches each of them and is not cached.
   */
  async decide(question: Question, ask: () => Promise<Decision>): Promise<Decision> {
    const { principal, request, signal } = question;
    const key = decisionKey(principal, request);
    const kept = this.#usable(key, request.namespace);
    if (kept !== undefined) {
      this.#onDecision('kept');
      return kept;
    }
    const nowMs = this.#nowMs();
    const pending = this.#pending.get(key);
    if (pending !== undefined && this.#isShareable(pending, request.namespace, nowMs)) {
      this.#onDecision('shared');
      return untilAborted(pending.answer, signal);
    }
    this.#onDecision('asked');
    const started: PendingDecision = { answer: ask(), askedAtMs: nowMs };
    this.#pending.set(key, started);
    void this.#conclude(key, request.namespace, started);
    return untilAborted(started.answer, signal);
  }

  async #conclude(key: string, namespace: string, pending: PendingDecision): Promise<void> {
    try {
      const decision = await pending.answer;
      if (isForeignAllow(decision)) this.#foreignAuthorizers = true;
      this.#keep(key, namespace, { decision, askedAtMs: pending.askedAtMs });
    } catch {
      // The callers that share the question receive the error.
    } finally {
      if (this.#pending.get(key) === pending) this.#pending.delete(key);
    }
  }

  #keep(
    key: string,
    namespace: string,
    answer: { readonly decision: Decision; readonly askedAtMs: number },
  ): void {
    const { decision, askedAtMs } = answer;
    if (this.#isUnsettled(namespace, askedAtMs)) return;
    const newer = this.#kept.get(key);
    if (newer !== undefined && newer.askedAtMs > askedAtMs) return;
    const untilMs = askedAtMs + decisionKeptMs(decision, this.#changes.isLive());
    this.#kept.delete(key);
    this.#kept.set(key, { decision, askedAtMs, untilMs });
    if (this.#kept.size <= limits.decisionsKeptMax) return;
    const [oldest] = this.#kept.keys();
    if (oldest !== undefined) this.#kept.delete(oldest);
  }

  #usable(key: string, namespace: string): Decision | undefined {
    const kept = this.#kept.get(key);
    if (kept === undefined) return undefined;
    const { decision, askedAtMs } = kept;
    this.#kept.delete(key);
    const nowMs = this.#nowMs();
    // Without the watch, do not trust decisions that were cached for longer while it was live.
    const isOver =
      nowMs >= kept.untilMs ||
      nowMs >= askedAtMs + decisionKeptMs(decision, this.#changes.isLive());
    if (isOver || this.#isUnsettled(namespace, askedAtMs)) return undefined;
    this.#kept.set(key, kept);
    return decision;
  }

  /** Reports an RBAC change since the question, or too shortly before it. */
  #isUnsettled(namespace: string, askedAtMs: number): boolean {
    return this.#times.hasChangedSince(namespace, askedAtMs - limits.decisionSettleMs);
  }

  #isShareable(pending: PendingDecision, namespace: string, nowMs: number): boolean {
    const isYoung = nowMs < pending.askedAtMs + limits.decisionSharedMs;
    return isYoung && !this.#times.hasChangedSince(namespace, pending.askedAtMs);
  }
}

/** Rejects on abort; the question continues, because others may share it. */
function untilAborted(
  answer: Promise<Decision>,
  signal: AbortSignal | undefined,
): Promise<Decision> {
  if (signal === undefined) return answer;
  return within(signal, answer, () => unavailable('the call was cancelled'));
}
