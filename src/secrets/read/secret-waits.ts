import type { AuthorizationMonitor } from '../../access/authorization-monitor.service.js';
import type { CallContext } from '../../core/call-context.js';
import { limits } from '../../core/limits.js';
import { StreamQuota } from '../../core/stream-quota.js';
import { within } from '../../core/within.js';
import { WorkQueue } from '../../core/work-queue.js';
import { endOfWait, type RequestLifetime } from '../../platform/http/request-lifetimes.js';
import type { SecretCache } from '../domain/cache/secret-cache.js';
import { AlternativeRights } from './alternative-rights.js';
import type { Look, ReadWait } from './read-wait.js';

/** Maximum duration of a wait, and the lifetime that limits it. */
export interface WaitTerms {
  readonly seconds: number;
  readonly term: Pick<RequestLifetime, 'signal' | 'reason' | 'stillHolds'>;
}

/** Reads that wait for a change of what they read. */
export class SecretWaits {
  readonly #cache: Pick<SecretCache, 'changed' | 'changes'>;
  readonly #standing: Pick<AuthorizationMonitor, 'hold'>;
  readonly #places = new StreamQuota({
    what: 'waits',
    inAllMax: limits.waitsMax,
    ofUserMax: limits.waitsPerUserMax,
    ofAddressMax: limits.waitsPerAddressMax,
  });
  /** Quota of entries that waits watch: each is checked and read repeatedly. */
  readonly #rights = new StreamQuota({
    what: 'Secrets and keys waited for',
    inAllMax: limits.waitRightsMax,
    ofUserMax: limits.waitRightsPerUserMax,
    ofAddressMax: limits.waitRightsPerAddressMax,
  });
  readonly #looks = new WorkQueue(limits.waitLooksAtOnceMax);

  constructor(parts: {
    readonly cache: Pick<SecretCache, 'changed' | 'changes'>;
    readonly standing: Pick<AuthorizationMonitor, 'hold'>;
  }) {
    this.#cache = parts.cache;
    this.#standing = parts.standing;
  }

  /** Returns the number of active waits. */
  get size(): number {
    return this.#places.taken;
  }

  /** Runs a read that may wait. Throws TooManyRequests if too many do. */
  async during<T>(
    ctx: CallContext,
    terms: WaitTerms,
    read: (wait: ReadWait) => Promise<T>,
  ): Promise<T> {
    const place = this.#places.take(ctx);
    const timeUp = new AbortController();
    const timer = setTimeout(() => timeUp.abort(), terms.seconds * 1_000).unref();
    try {
      return await read({
        through: (caller, look) => this.#through(caller, look, terms.term, timeUp.signal),
      });
    } finally {
      clearTimeout(timer);
      place.release();
    }
  }

  async #through<T>(
    ctx: CallContext,
    look: Look<T>,
    term: WaitTerms['term'],
    timeUp: AbortSignal,
  ): Promise<T> {
    const { watched, lookedUp = 0 } = look;
    const count = watched.reduce((sum, { rights }) => sum + rights.length, lookedUp);
    const places = this.#rights.take(ctx, { count });
    const held = new AlternativeRights(this.#standing, ctx, watched);
    try {
      for (;;) {
        if (term.signal.aborted) throw endOfWait(term.reason());
        const isLast = timeUp.aborted;
        const signals = [timeUp, term.signal, ...held.signals()];
        const ended = await this.#turn(look, term, signals).catch(afterCredential(term));
        if (!ended.isSame || (isLast && look.readsAfter)) await requireCredential(term);
        if (isLast || !ended.isSame) return ended.found;
      }
    } finally {
      held.release();
      places.release();
    }
  }

  /** Checks once; if nothing is new, ends when the next check is due. */
  async #turn<T>(look: Look<T>, term: WaitTerms['term'], signals: readonly AbortSignal[]) {
    const over = new AbortController();
    const signal = AbortSignal.any([over.signal, ...signals]);
    let poll: NodeJS.Timeout | undefined;
    try {
      // Before the check, so that no change comes between the two.
      const changes = look.watched.map(({ ref }) => this.#cache.changed(ref, signal));
      const others = look.changed === undefined ? [] : [look.changed(signal)];
      const change = Promise.race([...changes, ...others]);
      const found = await this.#looks.run(term.signal, look.find, () => endOfWait(term.reason()));
      const isSame = look.isSame(found);
      if (isSame) {
        // The time counts from here, however long the check has waited for its slot.
        const isFollowed = this.#isFollowed(look);
        if (!isFollowed) poll = setTimeout(() => over.abort(), limits.waitPollMs).unref();
        await change;
      }
      return { found, isSame };
    } finally {
      clearTimeout(poll);
      over.abort();
    }
  }

  /** Reports whether all is watched; if not, events wait until it is watched again. */
  #isFollowed({ watched }: Pick<Look<unknown>, 'watched'>): boolean {
    return watched.every(({ ref }) => this.#cache.changes(ref.namespace)?.view() !== undefined);
  }
}

/** Checks the credential as for a new request: a revoked credential gets no new state. */
async function requireCredential(term: WaitTerms['term']): Promise<void> {
  const holds = await within(term.signal, term.stillHolds(), () => endOfWait(term.reason()));
  if (!holds) throw endOfWait(term.reason() ?? 'credential');
}

/** Returns a refusal after a credential check: it is also news that a Secret is deleted. */
function afterCredential(term: WaitTerms['term']): (error: unknown) => Promise<never> {
  return async (error) => {
    await requireCredential(term);
    throw error;
  };
}
