import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** How a consumer receives values. */
export type DeliveryKind = 'live' | 'copy';

/** End of a delivery: `refused` if nothing is granted, `failed` if the gateway cannot deliver. */
export type DeliveryOutcome = 'delivered' | 'refused' | 'failed';

/** Numbers of known objects, computed at each scrape. */
export interface ShareMeasures {
  readonly shares: () => Readonly<Record<string, number>>;
  readonly imports: () => number;
}

const LAG_BUCKETS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 2, 5, 10, 30];

/** Metrics of sharing; no label names a share, a Secret, a key or a namespace. */
export class ShareMetrics {
  readonly #registry: Registry;
  readonly #deliveries: Counter;
  readonly #revocationSeconds: Histogram;

  constructor(registry: Registry) {
    const registers = [registry];
    this.#registry = registry;
    this.#deliveries = new Counter({
      name: 'sallyport_share_deliveries_total',
      help: 'Deliveries of shared values: reads of imports, and writes of copies.',
      labelNames: ['delivery', 'outcome'],
      registers,
    });
    this.#revocationSeconds = new Histogram({
      name: 'sallyport_share_revocation_lag_seconds',
      help: 'Time from when this process knows the end of a share until it delivers nothing more.',
      labelNames: ['delivery'],
      buckets: LAG_BUCKETS,
      registers,
    });
  }

  /** Counts a delivery that has ended. */
  deliveryEnded(delivery: DeliveryKind, outcome: DeliveryOutcome): void {
    this.#deliveries.inc({ delivery, outcome });
  }

  /**
   * Measures the end of a share. The lag starts when this process learns of the end, from a watch
   * or by its own write, and does not include the time until then.
   *
   * - `live`: until the last read that was decided before has ended. Reads that come later are
   *   refused; without such a read, the lag is 0.
   * - `copy`: until the copy is removed.
   */
  revocationEnded(delivery: DeliveryKind, lagMs: number): void {
    this.#revocationSeconds.observe({ delivery }, lagMs / 1_000);
  }

  /** Exports the numbers that the functions return at each scrape. */
  watch({ shares, imports }: ShareMeasures): void {
    const registers = [this.#registry];
    const byState: Gauge = new Gauge({
      name: 'sallyport_shares',
      help: 'SecretShares that are known, by state; rights of authors are not considered.',
      labelNames: ['state'],
      registers,
      collect: (): void => {
        for (const [state, count] of Object.entries(shares())) byState.set({ state }, count);
      },
    });
    const known: Gauge = new Gauge({
      name: 'sallyport_imports',
      help: 'SecretImports that are known.',
      registers,
      collect: (): void => known.set(imports()),
    });
  }
}
