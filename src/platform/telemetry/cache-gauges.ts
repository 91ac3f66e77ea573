import { Counter, Gauge, type Registry } from 'prom-client';

/** State of the Secret cache, without any name of a Secret or a namespace. */
export interface CacheMeasures {
  readonly objects: number;
  readonly bytes: number;
  readonly renditionBytes: number;
  readonly changes: number;
  readonly waiting: number;
  readonly collections: number;
  readonly live: number;
  readonly restarts: number;
  readonly lagMs: number;
}

const gauges = {
  cache_objects: ['Secrets that are held for reads.', ({ objects }) => objects],
  cache_bytes: ['What they take, about.', ({ bytes }) => bytes],
  cache_rendition_bytes: [
    'What answers take that are kept ready, about.',
    ({ renditionBytes }) => renditionBytes,
  ],
  cache_changes: ['Changes that streams can go on from.', ({ changes }) => changes],
  cache_waiting: ['Reads and clients that wait for a change.', ({ waiting }) => waiting],
  cache_collections: [
    'Collections of Secrets that are followed.',
    ({ collections }) => collections,
  ],
  cache_collections_live: ['Of these, those that reads rely on.', ({ live }) => live],
  cache_lag_seconds: [
    'Since the least recent sign of life of a collection that reads rely on.',
    ({ lagMs }) => lagMs / 1_000,
  ],
} satisfies Record<string, [help: string, valueOf: (all: CacheMeasures) => number]>;

/** Adds gauges that are measured at each scrape. */
export function addCacheGauges(registry: Registry, measure: () => CacheMeasures): void {
  const registers = [registry];
  for (const [name, [help, valueOf]] of Object.entries(gauges)) {
    const gauge: Gauge = new Gauge({
      name: `sallyport_${name}`,
      help,
      registers,
      collect: (): void => gauge.set(valueOf(measure())),
    });
  }
  const restarts: Counter = new Counter({
    name: 'sallyport_cache_restarts_total',
    help: 'Lists anew of a collection that was followed before.',
    registers,
    collect: (): void => {
      restarts.reset();
      restarts.inc(measure().restarts);
    },
  });
}
