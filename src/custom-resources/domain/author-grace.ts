import type { Clock } from '../../core/clock.js';
import { SallyportError } from '../../core/errors/sallyport-error.js';
import { RecentMap } from '../../core/recent-map.js';
import { backgroundLimits } from '../../core/background-limits.js';
import type { CustomResource } from './custom-resource.js';

/** The author of a spec may still become known: the look must be repeated. */
export class AuthorAwaited extends SallyportError {
  constructor(uid: string) {
    super('Unavailable', 'the author of a spec is not known yet', { internal: uid });
  }
}

/**
 * Time in which the author of a new spec may still become known: the gateway records the author
 * after the cluster has the spec, and a watch can be faster.
 */
export class AuthorGrace {
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  /** When a spec was first seen without an author, by uid and generation. */
  readonly #since = new RecentMap<string, number>({
    entriesMax: backgroundLimits.authorsAwaitedMax,
    keptMs: 2 * backgroundLimits.authorGraceMs,
  });

  constructor(clock: Pick<Clock, 'monotonicMs'>) {
    this.#clock = clock;
  }

  /** Throws AuthorAwaited if the author of the spec may still become known. */
  require({ uid, generation }: Pick<CustomResource, 'uid' | 'generation'>): void {
    const key = `${uid}/${generation}`;
    const nowMs = this.#clock.monotonicMs();
    const sinceMs = this.#since.get(key) ?? nowMs;
    this.#since.set(key, sinceMs, nowMs);
    if (nowMs - sinceMs >= backgroundLimits.authorGraceMs) return;
    throw new AuthorAwaited(uid);
  }
}
