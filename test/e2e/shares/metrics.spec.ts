import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '../../support/tokens-world.js';
import { SharingWorld } from './sharing-world.js';

let world: SharingWorld;

beforeAll(async () => {
  world = await SharingWorld.start();
  await world.installation.gateway.listen();
});
afterAll(() => world?.stop());

async function metrics(): Promise<string> {
  const { payload } = await world.installation.gateway.health.inject('/metrics');
  return payload;
}

it('the metrics show shares, imports, deliveries and revocations, and no names', async () => {
  const name = await world.share();
  expect((await world.read(name)).status).toBe(200);
  expect((await world.read(name, { as: 'nobody' })).status).toBe(403);
  const before = await metrics();
  for (const line of [
    'sallyport_shares{state="Active"} 1',
    'sallyport_imports 1',
    'sallyport_share_deliveries_total{delivery="live",outcome="delivered"} 1',
    'sallyport_share_deliveries_total{delivery="live",outcome="refused"} 1',
  ]) {
    expect(before).toContain(`${line}\n`);
  }
  const path = `/v1/namespaces/pay/shares/${name}`;
  expect((await world.as('owner').post(`${path}/revoke`, {})).status).toBe(200);
  expect((await world.read(name)).status).toBe(404);
  // The watch reports the revocation as well, which counts once.
  await eventually(async () => {
    const after = await metrics();
    expect(after).toContain('sallyport_shares{state="Revoked"} 1\n');
    expect(after).toContain('sallyport_share_revocation_lag_seconds_count{delivery="live"} 1\n');
    expect(after.match(/^sallyport_(share|import).*/gm)?.join('\n')).not.toMatch(
      new RegExp(`${name}|password|"pay"|"shop"|"db"`),
    );
  });
});
