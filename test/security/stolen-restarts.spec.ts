import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { applyFiles } from '../cluster/manifests.js';
import { RESTARTED_AT, RESTARTED_FOR } from '../../src/consumers/domain/restart.js';
import { account, as, broker, type Headers, StolenWorld } from './stolen-world.js';

const apps = '/apis/apps/v1/namespaces/pay';
const deployments = `${apps}/deployments`;
const kinds = ['deployments', 'statefulsets', 'daemonsets'] as const;
const selector = { matchLabels: { app: 'app' } };
const podOf = (image: string, more: object = {}) => ({
  spec: { containers: [{ name: 'main', image }], ...more },
});
const evil = podOf('registry.example/evil:1', { serviceAccountName: 'admin' });
const spoilt = { spec: { template: evil } };
const templated = (metadata: object) => ({ spec: { template: { metadata } } });
const restarted = (at: string) => templated({ annotations: { [RESTARTED_AT]: at } });
const owner = { apiVersion: 'v1', kind: 'Pod', name: 'x', uid: 'y' };
const generation = 'deprecated.daemonset.template.generation';
/** What a controller copies to Pods, or what a workload stores for a thief. */
const changes: readonly (readonly [field: string, patch: object])[] = [
  ['template.finalizers', templated({ finalizers: ['thief.example/never'] })],
  ['template.ownerReferences', templated({ ownerReferences: [owner] })],
  ['template.name', templated({ name: 'thief' })],
  ['template.generateName', templated({ generateName: 'thief' })],
  ['template.namespace', templated({ namespace: 'other' })],
  ['template.deletionGracePeriodSeconds', templated({ deletionGracePeriodSeconds: 5 })],
  ['template.labels', templated({ labels: { thief: 'true' } })],
  ['template.annotations', templated({ annotations: { 'thief.example/a': 'x' } })],
  ['template.annotations removed', templated({ annotations: { [RESTARTED_AT]: null } })],
  ['a long value', restarted('x'.repeat(65))],
  ['a long run', templated({ annotations: { [RESTARTED_FOR]: 'x'.repeat(65) } })],
  ['generateName', { metadata: { generateName: 'thief' } }],
  ['finalizers', { metadata: { finalizers: ['thief.example/never'] } }],
  ['ownerReferences', { metadata: { ownerReferences: [owner] } }],
  ['labels', { metadata: { labels: { thief: 'true' } } }],
  ['annotations', { metadata: { annotations: { 'thief.example/a': 'x' } } }],
  ['annotations removed', { metadata: { annotations: { note: null } } }],
  ['spec.minReadySeconds', { spec: { minReadySeconds: 9 } }],
];

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
    const metadata = { name: 'app', annotations: { note: 'n' } };
    for (const kind of kinds) {
      const workload = { metadata, spec: { selector, template } };
      await cluster.request('POST', `${apps}/${kind}`, workload);
    }
    const restarts = 'deploy/rbac/constrained/restarts.yaml';
    await applyFiles(cluster, restarts, 'pay');
    // API servers lag a little behind a change of RBAC and of policies.
    const isReady = async () => {
      expect((await patch(restarted('2026-11-29T00:00:00Z'), broker)).status).toBe(200);
      expect((await patch(spoilt, broker, '?dryRun=All')).status).toBe(403);
    };
    await vi.waitFor(isReady, { timeout: 20_000 });
  });
  afterAll(() => world?.stop());

  const patch = (body: object, headers: Headers, query = '', kind = 'deployments') => {
    const contentType = 'application/merge-patch+json';
    const path = `${apps}/${kind}/app${query}`;
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

  it.each(kinds)('are restarted (%s), which a thief can do as well', async (kind) => {
    for (const who of [account('pay:admin'), broker]) {
      for (const at of ['2026-11-29T00:00:01Z', '2026-11-29T00:00:02.123456789+01:00']) {
        expect((await patch(restarted(at), who, '', kind)).status).toBe(200);
      }
      const run = { [RESTARTED_FOR]: 'd94fbd0a-6a2a-5c2f-8b67-0d6a4a5c9d7e' };
      expect((await patch(templated({ annotations: run }), who, '', kind)).status).toBe(200);
    }
  });

  it.each(changes)('keep all else that they are: %s', async (_field, change) => {
    for (const kind of kinds) {
      const at = await patch(restarted('2026-11-29T00:00:03Z'), broker, '', kind);
      expect(at.status).toBe(200);
      for (const who of [account('pay:admin'), broker]) {
        const answer = await patch(change, who, '', kind);
        expect(`${kind}: ${answer.text}`).toContain(policy);
        expect(answer.status).toBe(403);
      }
    }
  });

  it.each(['deployments', 'statefulsets'])(
    'have no room for texts of a thief: %s',
    async (kind) => {
      const change = { metadata: { annotations: { [generation]: 'x'.repeat(200_000) } } };
      for (const who of [account('pay:admin'), broker]) {
        const answer = await patch(change, who, '', kind);
        expect(answer.text).toContain(policy);
      }
    },
  );

  it('have no room for texts of a thief: daemonsets, where the API server counts itself', async () => {
    const write = (text: string) => {
      const change = { metadata: { annotations: { [generation]: text } } };
      return patch(change, broker, '', 'daemonsets');
    };
    expect((await write('x'.repeat(200_000))).status).not.toBe(200);
    await write('99');
    const { body } = await world.cluster.request('GET', `${apps}/daemonsets/app`);
    expect(JSON.stringify(body)).not.toContain(`"${generation}":"99"`);
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
