import { unavailable } from '../core/errors/sallyport-error.js';
import { limits } from '../core/limits.js';
import type { Principal } from '../core/principal.js';
import { within } from '../core/within.js';
import type { Decision, ResourceRequest } from './access.service.js';
import { decisionKey } from './domain/decision-key.js';
import { decisionKeptMs, isForeignAllow } from './domain/decision-lifetime.js';
import { RbacChangeTimes } from './domain/rbac-change-times.js';
import type { RbacChanges } from './domain/rbac-changes.js';

/** Where a decision came from. */
export type DecisionSource = 'kept' | 'shared' | 'asked';

export interface DecisionCacheOptions {
  readonly changes: RbacChanges;
  readonly onDecision?: (source: DecisionSource) => void;
  /** Never set back, unlike the time of day. */
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
 * Decisions of Kubernetes, kept for seconds and dropped when RBAC objects change. Ages count from
 * when a question was sent, since nobody knows when in between it was answered.
 */
export class DecisionCache {
  readonly #changes: RbacChanges;
  readonly #onDecision: (source: DecisionSource) => void;
  readonly #nowMs: () => number;
  readonly #times = new RbacChangeTimes();
  /** Least recently used first. */
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

  /** Another authoriser than RBAC has allowed something; what it takes back holds on for longer. */
  get foreignAuthorizers(): boolean {
    return this.#foreignAuthorizers;
  }

  get size(): number {
    return this.#kept.size;
  }

  /**
   * The kept decision, or the answer of `ask`, which callers with the same question share. What
   * `ask` throws reaches each of them and is not kept.
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
      // Those who asked are told.
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
    // Also what was kept for longer, while the watch was live, is not trusted without it.
    const isOver =
      nowMs >= kept.untilMs ||
      nowMs >= askedAtMs + decisionKeptMs(decision, this.#changes.isLive());
    if (isOver || this.#isUnsettled(namespace, askedAtMs)) return undefined;
    this.#kept.set(key, kept);
    return decision;
  }

  /** RBAC changed since it was asked, or so shortly before that it may not know. */
  #isUnsettled(namespace: string, askedAtMs: number): boolean {
    return this.#times.hasChangedSince(namespace, askedAtMs - limits.decisionSettleMs);
  }

  #isShareable(pending: PendingDecision, namespace: string, nowMs: number): boolean {
    const isYoung = nowMs < pending.askedAtMs + limits.decisionSharedMs;
    return isYoung && !this.#times.hasChangedSince(namespace, pending.askedAtMs);
  }
}

/** Who goes away does not end the question, for others may share it. */
function untilAborted(
  answer: Promise<Decision>,
  signal: AbortSignal | undefined,
): Promise<Decision> {
  if (signal === undefined) return answer;
  return within(signal, answer, () => unavailable('the call was cancelled'));
}
