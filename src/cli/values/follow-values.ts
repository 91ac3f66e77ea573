import { setTimeout as delay } from 'node:timers/promises';
import { delayMs, type Sallyport, SallyportError } from '@sallyport/client';
import { readNext, ReadValues } from './read-values.js';
import { describeRequest, type ValuesRequest } from './wanted-values.js';

/** Least time between two requests: something between may answer waits at once. */
const TURN_MS_MIN = 250;
const retries = { firstDelayMs: 200, delayMsMax: 10_000 } as const;

/** Reports of a follower. */
export interface FollowedValues {
  /** All values are there, and some of them may differ from the former ones. */
  readonly changed: (values: ReadValues) => void;
  /**
   * A request has failed; the follower repeats it. `what` names what was read, and `isFirst` the
   * first failure since a success.
   */
  readonly failed: (what: string, error: unknown, isFirst: boolean) => void;
}

export interface FollowSettings {
  readonly gateway: Sallyport;
  readonly requests: readonly ValuesRequest[];
  readonly waitSeconds: number;
}

/** Keeps values fresh: one request of each namespace and environment waits at the gateway. */
export class ValuesFollower {
  readonly #settings: FollowSettings;
  readonly #followed: FollowedValues;
  readonly #values = new ReadValues();
  /** When the gateway has last confirmed the state of a request, on the monotonic clock. */
  readonly #confirmedMs = new Map<ValuesRequest, number>();

  constructor(settings: FollowSettings, followed: FollowedValues) {
    this.#settings = settings;
    this.#followed = followed;
  }

  /** Follows until the signal is aborted; never rejects because of the gateway. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all(this.#settings.requests.map((one) => this.#follow(one, signal)));
  }

  /** Time since the gateway has confirmed all values; undefined before their first read. */
  get ageMs(): number | undefined {
    if (!this.#isWhole) return undefined;
    return performance.now() - Math.min(...this.#confirmedMs.values());
  }

  get #isWhole(): boolean {
    return this.#confirmedMs.size === this.#settings.requests.length;
  }

  async #follow(request: ValuesRequest, signal: AbortSignal): Promise<void> {
    const { gateway, waitSeconds } = this.#settings;
    let after: string | undefined;
    let failures = 0;
    while (!signal.aborted) {
      const startedMs = performance.now();
      let restMs: number;
      try {
        const found = await readNext(gateway, request, { after, waitSeconds, signal });
        failures = 0;
        after = found?.etag ?? after;
        if (found !== undefined) this.#values.add(request, found.content);
        this.#confirmedMs.set(request, performance.now());
        if (found !== undefined && this.#isWhole) this.#followed.changed(this.#values);
        restMs = TURN_MS_MIN - (performance.now() - startedMs);
      } catch (error) {
        if (signal.aborted) return;
        this.#followed.failed(describeRequest(request), error, failures === 0);
        const { retryAfterMs } = error instanceof SallyportError ? error : {};
        restMs = delayMs(retries, failures, { retryAfterMs });
        failures += 1;
      }
      if (restMs > 0) await delay(restMs, undefined, { signal }).catch(() => undefined);
    }
  }
}
