import { setImmediate as turn } from 'node:timers/promises';
import type { CallContext } from '../core/call-context.js';
import type { RawStream } from '../core/forwarding.js';
import { forEachInBatches } from '../core/for-each-in-batches.js';
import { limits } from '../core/limits.js';
import type { AccessService, ResourceRequest } from './access.service.js';
import type { RbacChanges, RbacConcern } from './domain/rbac-changes.js';
import { type RightCheck, RightChecks } from './right-checks.js';

/** Right that an operation depends on while it continues. */
export interface MonitoredRight {
  /** Aborts when Kubernetes says that the right is lost. */
  readonly signal: AbortSignal;
  /** Ends the monitoring; call it once the operation has ended. */
  release(): void;
}

/** Conditions for the end of a stream. */
export interface StreamEnd {
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
}

/** Time in which RBAC changes are collected for one check. */
const COALESCED_MS = 100;
/** Number of holders of a lost right that are notified in one batch. */
const TOLD_IN_TURN = 256;

/**
 * Monitor of rights that streams began with, for as long as they continue: Kubernetes decides a
 * watch only once. An RBAC change causes a check immediately, and again when API servers have
 * settled, because they lag behind their own watch. Periodic checks find everything else.
 */
export class AuthorizationMonitor {
  readonly #access: AccessService;
  readonly #questions = new RightChecks();
  readonly #concerns = new Map<string, RbacConcern>();
  readonly #timers = new Set<NodeJS.Timeout>();
  /** Running checks, and whether another check follows. */
  readonly #going = new Map<string, 'once' | 'again'>();
  #looks: NodeJS.Timeout | undefined;
  #isTold = false;

  constructor(access: AccessService, changes: Pick<RbacChanges, 'onChange'>) {
    this.#access = access;
    changes.onChange((concern) => this.#changed(concern));
  }

  /** Returns the number of monitored rights. */
  get size(): number {
    return this.#questions.size;
  }

  hold(ctx: CallContext, right: ResourceRequest): MonitoredRight {
    const [question, holder] = this.#questions.hold(ctx, right);
    const look = () => void this.#look('at intervals', 'all');
    this.#looks ??= setInterval(look, limits.kubectlRightLookMs).unref();
    return {
      signal: holder.gone.signal,
      release: () => {
        this.#questions.release(question, holder);
        if (this.#questions.size === 0) this.#rest();
      },
    };
  }

  /**
   * Opens a watch that lasts while its right exists and nobody ends the call. If `open` fails, even
   * after the stream exists, nothing of it continues.
   */
  async stream(
    ctx: CallContext,
    right: ResourceRequest,
    open: (end: StreamEnd) => Promise<RawStream>,
  ): Promise<RawStream> {
    const held = this.hold(ctx, right);
    const ended = new AbortController();
    // The API server is requested to end it earlier.
    const timeoutMs = limits.kubectlWatchMsMax + limits.kubectlWatchGraceMs;
    const timer = setTimeout(() => ended.abort('its time is over'), timeoutMs).unref();
    const ends = [held.signal, ended.signal];
    const signal = AbortSignal.any(ctx.signal === undefined ? ends : [...ends, ctx.signal]);
    const release = (): void => {
      clearTimeout(timer);
      held.release();
    };
    // A stream that nobody begins to read never ends by itself.
    if (signal.aborted) release();
    signal.addEventListener('abort', release, { once: true });
    try {
      const stream = await open({ signal, timeoutMs });
      const chunks = untilAborted(stream.chunks, signal, release);
      return { ...stream, chunks, end: signal };
    } catch (error) {
      ended.abort();
      throw error;
    }
  }

  #rest(): void {
    clearInterval(this.#looks);
    this.#looks = undefined;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    this.#concerns.clear();
    this.#isTold = false;
  }

  #changed(concern: RbacConcern): void {
    if (this.#questions.size === 0) return;
    this.#concerns.set(concern === 'all' ? '' : concern.namespace, concern);
    if (this.#concerns.size > limits.rbacChangedNamespacesMax) {
      this.#concerns.clear();
      this.#concerns.set('', 'all');
    }
    if (this.#isTold) return;
    this.#isTold = true;
    this.#later(COALESCED_MS, () => {
      this.#isTold = false;
      const concerns = [...this.#concerns];
      this.#concerns.clear();
      const look = () => concerns.forEach(([name, one]) => void this.#look(`of ${name}`, one));
      look();
      this.#later(limits.decisionSettleMs, look);
    });
  }

  #later(delayMs: number, act: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      act();
    }, delayMs).unref();
    this.#timers.add(timer);
  }

  /** Runs one check of a name at a time: a request in between causes one more check after it. */
  async #look(name: string, concern: RbacConcern): Promise<void> {
    const isGoing = this.#going.has(name);
    this.#going.set(name, isGoing ? 'again' : 'once');
    if (isGoing) return;
    do {
      this.#going.set(name, 'once');
      await this.#askAll(this.#questions.about(concern));
    } while (this.#going.get(name) === 'again');
    this.#going.delete(name);
  }

  async #askAll(questions: readonly RightCheck[]): Promise<void> {
    for (let start = 0; start < questions.length; start += limits.accessReviewsAtOnceMax) {
      // Known answers would block all other work.
      if (start > 0) await turn();
      const some = questions.slice(start, start + limits.accessReviewsAtOnceMax);
      await Promise.all(some.map((question) => this.#ask(question)));
    }
  }

  /**
   * Asks one question for all holders of a right with equal identity. A missing answer ends
   * nothing: the next check asks again.
   */
  async #ask(question: RightCheck): Promise<void> {
    const { right, holders } = question;
    const [first] = holders;
    if (first === undefined) return;
    // A holder that leaves meanwhile does not end the question of the others.
    const { signal: _signal, ...ctx } = first.ctx;
    const { lastOrder } = this.#questions;
    try {
      const { allowed } = await this.#access.decide(ctx, right);
      if (allowed) return;
    } catch {
      // A missing answer ends nothing.
      return;
    }
    // Holders that came meanwhile may have been granted the right since.
    const concerned = [...holders].filter(({ order }) => order <= lastOrder);
    await forEachInBatches(concerned, TOLD_IN_TURN, (holder) => {
      // A lost right is not checked again.
      if (this.#questions.release(question, holder)) holder.gone.abort('the right is gone');
    });
  }
}

/** Passes chunks until the abort: a lost right or credential looks like any other end. */
async function* untilAborted(
  chunks: AsyncIterable<Buffer>,
  signal: AbortSignal,
  onEnd: () => void,
): AsyncGenerator<Buffer> {
  try {
    yield* chunks;
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    onEnd();
  }
}
