import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { annotation } from '../../../src/audit/domain/kubernetes-event.js';
import { IngestWorld, type StoredEntry } from './ingest-world.js';

const direct = '/api/v1/namespaces/pay/secrets';
const gatewayAccount = 'system:serviceaccount:sallyport:sallyport';
const broker = `${gatewayAccount}-broker`;

let world: IngestWorld;

beforeAll(async () => {
  world = await IngestWorld.start({ reads: 'cached' });
});

afterAll(() => world?.stop());

/** Events that announce calls of the gateway's own watches on the namespace. */
const announcements = (): readonly StoredEntry[] =>
  world
    .own()
    .filter(({ event }) => event.annotations[annotation.action] === 'secrets.watch')
    .filter(({ event }) => event.objectRef?.namespace === 'pay');

const idsIn = ({ event }: StoredEntry) =>
  event.annotations[annotation.upstreamIds]?.split(',') ?? [];

describe('with watches of the gateway', () => {
  it('their calls are ours, though their ids were on record in no form that could be used', async () => {
    const watches = () =>
      world.reports().filter(({ event }) => event.verb === 'watch' && event.stage !== 'Panic');
    await expect.poll(() => watches().length, { timeout: 20_000 }).toBeGreaterThan(0);
    const stages = new Set(world.reports().map(({ stage, event }) => [stage, event.user.username]));
    expect([...stages].filter(([stage]) => stage !== 'joined')).toEqual([
      // What made the Secret of this test, and looked at it, at the API server itself.
      ...[...stages].filter(([, user]) => user !== gatewayAccount),
    ]);
    await expect.poll(() => announcements().length, { timeout: 20_000 }).toBeGreaterThan(0);
    const announced = new Set(announcements().flatMap(idsIn));
    for (const { event } of world.reports()) expect(announced).not.toContain(event.auditID);
  });

  it('who has stolen the token of the gateway, and reads the trail, stands out', async () => {
    await expect.poll(() => announcements().length, { timeout: 20_000 }).toBeGreaterThan(0);
    const unused = announcements().flatMap((entry) => idsIn(entry).slice(-1));
    expect(unused.length).toBeGreaterThan(0);
    const account = { namespace: 'sallyport', serviceAccount: 'sallyport' };
    const token = await world.cluster.createToken(account);
    for (const id of unused) {
      const headers = { 'audit-id': id, 'impersonate-user': broker };
      const { status } = await world.cluster.request('GET', direct, undefined, { token, headers });
      expect(status).toBe(200);
    }
    const query = 'namespace=pay&action=secrets.list&mark=gateway-account';
    const found = await world.listedOnce(query, unused.length);
    expect(new Set(found.map(({ auditId }) => auditId))).toEqual(new Set(unused));
    expect(found[0]?.marks).toContain('bypassed');
  });
});
