import { AggregatorRegistry, type Registry } from 'prom-client';

/** What one process has counted, as it is sent to another. */
export type MetricsSnapshot = Awaited<ReturnType<Registry['getMetricsAsJSON']>>;

/** What several processes have counted as Prometheus' text, summed unless a metric says else. */
export function renderTogether(snapshots: readonly MetricsSnapshot[]): Promise<string> {
  return AggregatorRegistry.aggregate([...snapshots]).metrics();
}
