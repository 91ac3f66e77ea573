import { Gauge, type Registry } from 'prom-client';

/** Connections of the public listeners. */
export interface ConnectionCounts {
  readonly all: number;
  /** Connections that have not sent the head of a request yet. */
  readonly halfOpen: number;
}

/** Adds a gauge that is measured at each scrape. */
export function addConnectionGauge(registry: Registry, counts: () => ConnectionCounts): void {
  const gauge: Gauge = new Gauge({
    name: 'sallyport_connections',
    help: 'Connections of clients: half-open until the head of a request has arrived.',
    labelNames: ['state'],
    registers: [registry],
    collect: (): void => {
      const { all, halfOpen } = counts();
      gauge.set({ state: 'half-open' }, halfOpen);
      gauge.set({ state: 'open' }, all - halfOpen);
    },
  });
}
