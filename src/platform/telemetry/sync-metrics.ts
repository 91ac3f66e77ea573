import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** Numbers of known objects, computed at each scrape. */
export interface SyncMeasures {
  /** Numbers of SecretSyncs by state. */
  readonly syncs: () => Readonly<Record<string, number>>;
  readonly stores: () => number;
}

/** Result of a round with a store. */
export type StoreCallOutcome = 'answered' | 'failed' | 'waited';

const LAG_BUCKETS = [0.01, 0.05, 0.1, 0.5, 1, 2, 5, 10, 30, 60];

/** Metrics of syncs; no label names a sync, a store, a Secret, a key or a namespace. */
export class SyncMetrics {
  readonly #registry: Registry;
  readonly #looks: Counter;
  readonly #rounds: Counter;
  readonly #lagSeconds: Histogram;
  readonly #overwritten: Counter;

  constructor(registry: Registry) {
    const registers = [registry];
    this.#registry = registry;
    this.#looks = new Counter({
      name: 'sallyport_sync_looks_total',
      help: 'Looks at SecretSyncs, by the state that each has found.',
      labelNames: ['state'],
      registers,
    });
    this.#rounds = new Counter({
      name: 'sallyport_sync_store_rounds_total',
      help: 'Rounds with ExternalStores: answered, failed, or not begun because of a pause.',
      labelNames: ['outcome'],
      registers,
    });
    this.#overwritten = new Counter({
      name: 'sallyport_sync_overwritten_versions_total',
      help: 'Versions of others that writes to stores without a condition have overwritten unseen.',
      registers,
    });
    this.#lagSeconds = new Histogram({
      name: 'sallyport_sync_lag_seconds',
      help: 'Time from when this process knows of a change until both sides are written.',
      buckets: LAG_BUCKETS,
      registers,
    });
  }

  /** Counts a look at a sync. */
  looked(state: string): void {
    this.#looks.inc({ state });
  }

  /** Measures a look that has written a side, from when it was noted. */
  wrote(lagMs: number): void {
    this.#lagSeconds.observe(lagMs / 1_000);
  }

  /** Counts versions of others that a write to a store has overwritten unseen. */
  overwrote(versions: number): void {
    this.#overwritten.inc(versions);
  }

  /** Counts a round with a store. */
  roundEnded(outcome: StoreCallOutcome): void {
    this.#rounds.inc({ outcome });
  }

  /** Exports the numbers that the functions return at each scrape. */
  watch({ syncs, stores }: SyncMeasures): void {
    const registers = [this.#registry];
    const byState: Gauge = new Gauge({
      name: 'sallyport_syncs',
      help: 'SecretSyncs that are known, by the state of their last look.',
      labelNames: ['state'],
      registers,
      collect: (): void => {
        byState.reset();
        for (const [state, count] of Object.entries(syncs())) byState.set({ state }, count);
      },
    });
    const known: Gauge = new Gauge({
      name: 'sallyport_external_stores',
      help: 'ExternalStores that are known.',
      registers,
      collect: (): void => known.set(stores()),
    });
  }
}
