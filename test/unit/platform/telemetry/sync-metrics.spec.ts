import { expect, it } from 'vitest';
import { Metrics } from '../../../../src/platform/telemetry/metrics.js';

it('counts looks by their state, rounds by their outcome, and overwritten versions', async () => {
  const metrics = new Metrics();
  metrics.syncs.looked('InSync');
  metrics.syncs.looked('InSync');
  metrics.syncs.looked('Held');
  for (const outcome of ['answered', 'failed', 'failed', 'waited'] as const) {
    metrics.syncs.roundEnded(outcome);
  }
  metrics.syncs.overwrote(2);
  metrics.syncs.overwrote(0);
  const text = await metrics.render();
  for (const line of [
    'sallyport_sync_overwritten_versions_total 2',
    'sallyport_sync_looks_total{state="InSync"} 2',
    'sallyport_sync_looks_total{state="Held"} 1',
    'sallyport_sync_store_rounds_total{outcome="answered"} 1',
    'sallyport_sync_store_rounds_total{outcome="failed"} 2',
    'sallyport_sync_store_rounds_total{outcome="waited"} 1',
  ]) {
    expect(text).toContain(`${line}\n`);
  }
});

it('measures in seconds how long a change waited', async () => {
  const metrics = new Metrics();
  metrics.syncs.wrote(40);
  metrics.syncs.wrote(1_500);
  const text = await metrics.render();
  expect(text).toContain('sallyport_sync_lag_seconds_bucket{le="0.05"} 1\n');
  expect(text).toContain('sallyport_sync_lag_seconds_bucket{le="2"} 2\n');
  expect(text).toContain('sallyport_sync_lag_seconds_sum 1.54\n');
});

it('shows syncs by state, and stores, as they are at the scrape', async () => {
  const metrics = new Metrics();
  let syncs: Readonly<Record<string, number>> = { InSync: 2, Held: 1 };
  metrics.syncs.watch({ syncs: () => syncs, stores: () => 3 });
  await metrics.render();
  syncs = { InSync: 3 };
  const text = await metrics.render();
  expect(text).toContain('sallyport_syncs{state="InSync"} 3\n');
  expect(text).not.toContain('sallyport_syncs{state="Held"}');
  expect(text).toContain('sallyport_external_stores 3\n');
});
