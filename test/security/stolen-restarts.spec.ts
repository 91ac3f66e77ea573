import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { RESTARTED_AT } from '../../src/consumers/domain/restart.js';
import { account, as, broker, type Headers, StolenWorld } from './stolen-world.js';

const deployments = '/apis/apps/v1/namespaces/pay/deployments';
const selector = { matchLabels: { app: 'app' } };
const podOf = (image: string, more: object = {}) => ({
  spec: { containers: [{ name: 'main', image }], ...more },
});
const evil = podOf('registry.example/evil:1', { serviceAccountName: 'admin' });
const spoilt = { spec: { template: evil } };
const restarted = (at: string) => ({
  spec: { template: { metadata: { annotations: { [RESTARTED_AT]: at } } } },
});

// Not on the sandbox: it stores admission policies only.
describe('workloads of a namespace that allows restarts, by a stolen token of the gateway', () => {
  let world: StolenWorld;

  beforeAll(async () => {
    world = await StolenWorld.start({ profile: 'constrained', scope: 'by-namespace' });
    const { cluster } = world;
    const template = {
      metadata: { labels: { app: 'app' } },
      ...podOf('registry.example/app:1'),
    };
    const deployment = { metadata: { name: 'app' }, spec: { selector, template } };
    await cluster.request('POST', deployments, deployment);
    const restarts = 'deploy/rbac/constrained/restarts.yaml';
    await cluster.kubectl(['-n', 'pay', 'apply', '-f', restarts]);
    // API servers lag a little behind a change of RBAC and of policies.
    const isReady = async () => {
      expect((await patch(restarted('2026-11-29T00:00:00Z'), broker)).status).toBe(200);
      expect((await patch(spoilt, broker, '?dryRun=All')).status).toBe(403);
    };
    await vi.waitFor(isReady, { timeout: 20_000 });
  });
  afterAll(() => world?.stop());

  const patch = (body: object, headers: Headers, query = '') => {
    const contentType = 'application/strategic-merge-patch+json';
    const path = `${deployments}/app${query}`;
    return world.asThief({ method: 'PATCH', path, body, contentType }, headers);
  };
  const policy = "ValidatingAdmissionPolicy 'sallyport-broker-restarts'";

  it('run no other code as any ServiceAccount that may patch them', async () => {
    for (const who of [account('pay:admin'), account('ci:admin'), broker]) {
      const answer = await patch(spoilt, who);
      expect(answer.status).toBe(403);
      expect(answer.text).toContain(policy);
      const body = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'new' } };
      const template = { metadata: { labels: selector.matchLabels }, ...evil };
      const made = {
        method: 'PATCH',
        path: `${deployments}/new?fieldManager=thief&force=true`,
        body: { ...body, spec: { selector, template } },
        contentType: 'application/apply-patch+yaml',
      };
      expect((await world.asThief(made, who)).status).toBe(403);
    }
    const found = JSON.stringify((await world.cluster.request('GET', deployments)).body);
    expect(found).not.toContain('evil');
  });

  it('are restarted, which a thief can do as well', async () => {
    const answer = await patch(restarted('2026-11-29T00:00:01Z'), account('pay:admin'));
    expect(answer.status).toBe(200);
  });

  it('are no business of a thief who comes as a user', async () => {
    expect((await patch(spoilt, as('alice'))).status).toBe(403);
  });

  it('are changed by their own people: users, and ServiceAccounts with tokens that expire', async () => {
    const contentType = 'application/strategic-merge-patch+json';
    const path = `${deployments}/app?dryRun=All`;
    const token = await world.cluster.createToken({ namespace: 'pay', serviceAccount: 'admin' });
    for (const options of [{ token }, { headers: as('alice') }]) {
      const all = { contentType, ...options };
      expect((await world.cluster.request('PATCH', path, spoilt, all)).status).toBe(200);
    }
  });

  it('are changed as before in namespaces that allow no restarts', async () => {
    const { cluster } = world;
    const elsewhere = deployments.replace('pay', 'other');
    const template = {
      metadata: { labels: selector.matchLabels },
      ...podOf('registry.example/a:1'),
    };
    const deployment = { metadata: { name: 'app' }, spec: { selector, template } };
    await cluster.request('POST', elsewhere, deployment);
    const contentType = 'application/strategic-merge-patch+json';
    const headers = account('other:admin');
    const options = { contentType, headers };
    const answer = await cluster.request('PATCH', `${elsewhere}/app`, spoilt, options);
    expect(answer.status).toBe(200);
  });
});
