import { expect, it } from 'vitest';
import { Metrics } from '../../../../src/platform/telemetry/metrics.js';

it('counts deliveries by their kind and outcome', async () => {
  const metrics = new Metrics();
  metrics.shares.deliveryEnded('live', 'delivered');
  metrics.shares.deliveryEnded('live', 'delivered');
  metrics.shares.deliveryEnded('live', 'refused');
  metrics.shares.deliveryEnded('copy', 'failed');
  const text = await metrics.render();
  for (const line of [
    'sallyport_share_deliveries_total{delivery="live",outcome="delivered"} 2',
    'sallyport_share_deliveries_total{delivery="live",outcome="refused"} 1',
    'sallyport_share_deliveries_total{delivery="copy",outcome="failed"} 1',
  ]) {
    expect(text).toContain(`${line}\n`);
  }
});

it('measures in seconds how long a share that has ended still delivered', async () => {
  const metrics = new Metrics();
  metrics.shares.revocationEnded('live', 0);
  metrics.shares.revocationEnded('live', 40);
  metrics.shares.revocationEnded('copy', 1_500);
  const text = await metrics.render();
  const name = 'sallyport_share_revocation_lag_seconds';
  for (const line of [
    `${name}_bucket{le="0.001",delivery="live"} 1`,
    `${name}_bucket{le="0.05",delivery="live"} 2`,
    `${name}_sum{delivery="copy"} 1.5`,
  ]) {
    expect(text).toContain(`${line}\n`);
  }
});

it('shows shares by state, and imports, as they are at the scrape', async () => {
  const metrics = new Metrics();
  let active = 2;
  metrics.shares.watch({ shares: () => ({ Active: active, Revoked: 1 }), imports: () => 3 });
  await metrics.render();
  active = 0;
  const text = await metrics.render();
  expect(text).toContain('sallyport_shares{state="Active"} 0\n');
  expect(text).toContain('sallyport_shares{state="Revoked"} 1\n');
  expect(text).toContain('sallyport_imports 3\n');
});
