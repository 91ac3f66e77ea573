import type { CallContext } from '../core/call-context.js';
import type { RawStream } from '../core/forwarding.js';
import { limits } from '../core/limits.js';
import type { AccessService, ResourceRequest } from './access.service.js';
import type { RbacChanges, RbacConcern } from './domain/rbac-changes.js';

/** A right that something goes on under. */
export interface HeldRight {
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

interface Standing {
  readonly ctx: CallContext;
  readonly right: ResourceRequest;
  readonly gone: AbortController;
}

/** Changes of RBAC that come together are looked at together. */
const COALESCED_MS = 100;

/**
 * Rights that were there when a stream began, asked for again for as long as it goes on: Kubernetes
 * itself decides about a watch once. A change of RBAC asks at once, and again when API servers have
 * settled, as they lag behind their own watch; everything else is found by looks at intervals.
 */
export class StandingRights {
  readonly #access: AccessService;
  readonly #standing = new Set<Standing>();
  readonly #concerns = new Map<string, RbacConcern>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #looks: NodeJS.Timeout | undefined;
  #isTold = false;

  constructor(access: AccessService, changes: Pick<RbacChanges, 'onChange'>) {
    this.#access = access;
    changes.onChange((concern) => this.#changed(concern));
  }

  /** Of rights that are held now. */
  get size(): number {
    return this.#standing.size;
  }

  hold(ctx: CallContext, right: ResourceRequest): HeldRight {
    const gone = new AbortController();
    const standing: Standing = { ctx, right, gone };
    this.#standing.add(standing);
    this.#looks ??= setInterval(() => void this.#look('all'), limits.kubectlRightLookMs).unref();
    return {
      signal: gone.signal,
      release: () => {
        this.#standing.delete(standing);
        if (this.#standing.size === 0) this.#rest();
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
    if (this.#standing.size === 0) return;
    this.#concerns.set(concern === 'all' ? '' : concern.namespace, concern);
    if (this.#concerns.size > limits.rbacChangedNamespacesMax) {
      this.#concerns.clear();
      this.#concerns.set('', 'all');
    }
    if (this.#isTold) return;
    this.#isTold = true;
    this.#later(COALESCED_MS, () => {
      this.#isTold = false;
      const concerns = [...this.#concerns.values()];
      this.#concerns.clear();
      const look = () => concerns.forEach((one) => void this.#look(one));
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

  async #look(concern: RbacConcern): Promise<void> {
    const concerned = [...this.#standing].filter(({ right }) => isConcerned(right, concern));
    for (let start = 0; start < concerned.length; start += limits.accessReviewsAtOnceMax) {
      const batch = concerned.slice(start, start + limits.accessReviewsAtOnceMax);
      await Promise.all(batch.map((standing) => this.#ask(standing)));
    }
  }

  /** An answer that cannot be had ends nothing: the next look asks again. */
  async #ask(standing: Standing): Promise<void> {
    if (!this.#standing.has(standing)) return;
    try {
      const { allowed } = await this.#access.decide(standing.ctx, standing.right);
      if (!allowed) standing.gone.abort('the right is gone');
    } catch {
      // As said.
    }
  }
}

/** Roles of a namespace give nothing elsewhere, nor in all of them. */
function isConcerned({ namespace }: ResourceRequest, concern: RbacConcern): boolean {
  return concern === 'all' || concern.namespace === namespace;
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
