import { afterAll, beforeAll, expect, it } from 'vitest';
import { secretRotation } from '../../support/rotation-manifests.js';
import { eventually } from '../../support/tokens-world.js';
import { IngestWorld } from './ingest-world.js';

const rotations = '/apis/sallyport.dev/v1alpha1/namespaces/pay/secretrotations';
const gatewayAccount = 'system:serviceaccount:sallyport:sallyport';

let world: IngestWorld;

beforeAll(async () => {
  world = await IngestWorld.start();
});

afterAll(() => world?.stop());

it('the API server logs writes of rotations by a stolen token, no reads, statuses and specs', async () => {
  const { cluster } = world;
  const command = 'create clusterrolebinding mighty --clusterrole=cluster-admin --user=alice';
  await cluster.kubectl(command.split(' '));
  const account = { namespace: 'sallyport', serviceAccount: 'sallyport' };
  const token = await cluster.createToken(account);
  const thief = { token, headers: { 'Impersonate-User': 'alice' } };
  await eventually(async () => {
    const made = await cluster.request('POST', rotations, secretRotation('planted'), thief);
    expect(made.status).toBe(201);
  });
  const path = `${rotations}/planted`;
  await cluster.request('GET', path, undefined, thief);
  const status = { status: { observedGeneration: 1 } };
  expect((await cluster.request('PATCH', `${path}/status`, status)).status).toBe(200);
  await cluster.request('PATCH', path, { metadata: { labels: { of: 'thief' } } }, thief);
  await cluster.request('DELETE', path, undefined, thief);
  const logged = () =>
    world.clusterLog().filter(({ objectRef }) => objectRef?.resource === 'secretrotations');
  await eventually(() => expect(logged().map(({ verb }) => verb)).toContain('delete'));
  const created = logged().filter(({ verb, responseStatus }) => {
    return verb === 'create' && responseStatus?.code === 201;
  });
  expect(created).toMatchObject([
    { user: { username: gatewayAccount }, impersonatedUser: { username: 'alice' } },
  ]);
  const verbs = new Set(logged().map(({ verb }) => verb));
  expect([...verbs].toSorted()).toEqual(['create', 'delete', 'patch']);
  for (const event of logged()) {
    expect(event).toMatchObject({ level: 'Metadata' });
    expect(event.objectRef).not.toHaveProperty('subresource');
    expect(event).not.toHaveProperty('requestObject');
  }
  // The trail of the gateway takes reports about Secrets alone.
  const planted = world.reports().filter(({ event }) => event.requestURI.includes('planted'));
  expect(planted).toEqual([]);
});
