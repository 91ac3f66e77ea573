import { setImmediate as turn } from 'node:timers/promises';
import type { CallContext } from '../core/call-context.js';
import type { RawStream } from '../core/forwarding.js';
import { forEachInBatches } from '../core/for-each-in-batches.js';
import { limits } from '../core/limits.js';
import type { AccessService, ResourceRequest } from './access.service.js';
import type { RbacChanges, RbacConcern } from './domain/rbac-changes.js';
import { type RightCheck, RightChecks } from './right-checks.js';

/** A right that something goes on under. */
export interface MonitoredRight {
  /** Aborts when Kubernetes says that the right is gone. */
  readonly signal: AbortSignal;
  /** To be called once nothing goes on any more. */
  release(): void;
}

/** When a stream is to end. */
export interface StreamEnd {
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
}

/** Changes of RBAC that come together are looked at together. */
const COALESCED_MS = 100;
/** Those who hold one right that has gone, before others take their turn. */
const TOLD_IN_TURN = 256;

/**
 * Rights that were there when a stream began, asked for again for as long as it goes on: Kubernetes
 * itself decides about a watch once. A change of RBAC asks at once, and again when API servers have
 * settled, as they lag behind their own watch; everything else is found by looks at intervals.
 */
export class AuthorizationMonitor {
  readonly #access: AccessService;
  readonly #questions = new RightChecks();
  readonly #concerns = new Map<string, RbacConcern>();
  readonly #timers = new Set<NodeJS.Timeout>();
  /** Looks that go on, and whether there is to be another one after that. */
  readonly #going = new Map<string, 'once' | 'again'>();
  #looks: NodeJS.Timeout | undefined;
  #isTold = false;

  constructor(access: AccessService, changes: Pick<RbacChanges, 'onChange'>) {
    this.#access = access;
    changes.onChange((concern) => this.#changed(concern));
  }

  /** Of rights that are held now. */
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
   * A watch for as long as the right to it is there and nobody ends the call. Where `open` fails,
   * be it after the stream is there, nothing of it goes on.
   */
  async stream(
    ctx: CallContext,
    right: ResourceRequest,
    open: (end: StreamEnd) => Promise<RawStream>,
  ): Promise<RawStream> {
    const held = this.hold(ctx, right);
    const ended = new AbortController();
    // The API server is asked to end it before.
    const timeoutMs = limits.kubectlWatchMsMax + limits.kubectlWatchGraceMs;
    const timer = setTimeout(() => ended.abort('its time is over'), timeoutMs).unref();
    const ends = [held.signal, ended.signal];
    const signal = AbortSignal.any(ctx.signal === undefined ? ends : [...ends, ctx.signal]);
    const release = (): void => {
      clearTimeout(timer);
      held.release();
    };
    // A stream that nobody begins to read has no end of its own.
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

  /** One of a name at a time: what comes meanwhile is another one after it. */
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
      // Answers that are known already would hold up everybody else.
      if (start > 0) await turn();
      const some = questions.slice(start, start + limits.accessReviewsAtOnceMax);
      await Promise.all(some.map((question) => this.#ask(question)));
    }
  }

  /**
   * One question for all who hold the same right as the same user. An answer that cannot be had
   * ends nothing: the next look asks again.
   */
  async #ask(question: RightCheck): Promise<void> {
    const { right, holders } = question;
    const [first] = holders;
    if (first === undefined) return;
    // Who leaves meanwhile does not end the question of the others.
    const { signal: _signal, ...ctx } = first.ctx;
    const { lastOrder } = this.#questions;
    try {
      const { allowed } = await this.#access.decide(ctx, right);
      if (allowed) return;
    } catch {
      // As said.
      return;
    }
    // Whoever has come meanwhile may have been given it since.
    const concerned = [...holders].filter(({ order }) => order <= lastOrder);
    await forEachInBatches(concerned, TOLD_IN_TURN, (holder) => {
      // What is gone is asked about no more.
      if (this.#questions.release(question, holder)) holder.gone.abort('the right is gone');
    });
  }
}

/** Who loses the right or the credential sees an end like any other. */
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
