import type { Clock } from '../core/clock.js';
import type { ShareMetrics } from '../platform/telemetry/share-metrics.js';
import { outcomeOfError } from './domain/delivery-outcome.js';
import { isEnd } from './domain/share-end.js';
import type { ShareRegistry } from './domain/secret-shares.js';
import type { ParsedShare } from './domain/share-spec.js';

type Counts = Pick<ShareMetrics, 'deliveryEnded' | 'revocationEnded'>;

/** End of a share, and the reads that were decided before it was known. */
interface Ending {
  readonly knownAtMs: number;
  running: number;
}

/** Read of an import until its values are released, or it has failed. */
export class LiveRead {
  readonly endings: Ending[] = [];
  shareUid: string | undefined;

  /** Notes the share before the last decision: its end concerns this read from now on. */
  isOf({ object }: ParsedShare): void {
    this.shareUid = object.uid;
  }
}

/** Live deliveries in progress: counts their outcomes, and measures how fast a share ends. */
export class LiveDeliveries {
  readonly #metrics: Counts;
  readonly #clock: Clock;
  /** Each belongs to a request, which `limits` bound. */
  readonly #running = new Set<LiveRead>();

  constructor(metrics: Counts, shares: Pick<ShareRegistry, 'onChange'>, clock: Clock) {
    this.#metrics = metrics;
    this.#clock = clock;
    shares.onChange((_, change) => {
      const { before } = change;
      if (before !== undefined && isEnd(change, clock.nowMs())) this.#shareEnded(before);
    });
  }

  /** Runs a delivery and counts its outcome, unless the caller had the values. */
  async during<T extends { readonly content: unknown }>(
    deliver: (read: LiveRead) => Promise<T>,
  ): Promise<T> {
    const read = new LiveRead();
    this.#running.add(read);
    try {
      const delivered = await deliver(read);
      if (delivered.content !== undefined) this.#metrics.deliveryEnded('live', 'delivered');
      return delivered;
    } catch (error) {
      this.#metrics.deliveryEnded('live', outcomeOfError(error));
      throw error;
    } finally {
      this.#end(read);
    }
  }

  #end(read: LiveRead): void {
    this.#running.delete(read);
    for (const ending of read.endings) {
      ending.running -= 1;
      if (ending.running === 0) this.#observe(ending);
    }
  }

  #shareEnded({ object }: ParsedShare): void {
    const ending: Ending = { knownAtMs: this.#clock.monotonicMs(), running: 0 };
    for (const read of this.#running) {
      if (read.shareUid !== object.uid) continue;
      read.endings.push(ending);
      ending.running += 1;
    }
    if (ending.running === 0) this.#observe(ending);
  }

  #observe({ knownAtMs }: Ending): void {
    this.#metrics.revocationEnded('live', this.#clock.monotonicMs() - knownAtMs);
  }
}
