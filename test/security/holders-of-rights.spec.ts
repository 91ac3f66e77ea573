import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { applyFiles } from '../cluster/manifests.js';
import { stolenAttempts } from './stolen-attempts.js';
import { StolenWorld } from './stolen-world.js';
import { tokenSecret } from './token-controller.js';

const rbac = 'rbac.authorization.k8s.io';
const bindings = (namespace: string) => `/apis/${rbac}/v1/namespaces/${namespace}/rolebindings`;
const core = (namespace: string, resource: string) => `/api/v1/namespaces/${namespace}/${resource}`;
const gateway = { kind: 'ServiceAccount', name: 'sallyport', namespace: 'sallyport' };
const group = (name: string) => ({ kind: 'Group', apiGroup: rbac, name });
const user = (name: string) => ({ kind: 'User', apiGroup: rbac, name });
const named = (name: string) => ({ metadata: { name } });

function binding(name: string, role: string, subject: object): object {
  const roleRef = { apiGroup: rbac, kind: 'ClusterRole', name: role };
  return { ...named(name), roleRef, subjects: [subject] };
}

// Not on the sandbox: it stores admission policies only.
describe('those who hold rights near the gateway', () => {
  let world: StolenWorld;

  beforeAll(async () => {
    world = await StolenWorld.start({ profile: 'constrained', scope: 'by-namespace' });
    const { cluster } = world;
    await applyFiles(cluster, 'deploy/audit');
    for (const [namespace, who] of [
      ['pay', 'tenant'],
      ['sallyport', 'keeper'],
    ] as const) {
      const path = bindings(namespace);
      await cluster.request('POST', path, binding('administrator', 'admin', user(who)));
    }
    const ready = async () => {
      const probe = binding('probe', 'view', gateway);
      expect(await tries('tenant', 'POST', `${bindings('pay')}?dryRun=All`, probe)).toBe(403);
      expect(await tries('keeper', 'GET', core('sallyport', 'secrets'))).toBe(200);
    };
    await vi.waitFor(ready, { timeout: 20_000 });
  });
  afterAll(() => world?.stop());

  async function tries(who: string, method: string, path: string, body?: object): Promise<number> {
    const attempt = { method, path, ...(body !== undefined && { body }) };
    return (await world.asUser(attempt, who)).status;
  }

  describe('the administrator of a served namespace', () => {
    it.each([
      ['the account', gateway],
      ['the account as a user', user('system:serviceaccount:sallyport:sallyport')],
      ['its group', group('system:serviceaccounts:sallyport')],
      ['the broker', { ...gateway, name: 'sallyport-broker' }],
    ])('binds no role to the gateway, by %s', async (_, subject) => {
      const body = binding('more', 'edit', subject);
      const answer = await world.asUser({ method: 'POST', path: bindings('pay'), body }, 'tenant');
      expect(answer.status).toBe(403);
      expect(answer.text).toContain('ask the operator of Sallyport');
    });

    it('takes no right away from the gateway', async () => {
      for (const name of ['sallyport-act-for-callers', 'sallyport-broker']) {
        const path = `${bindings('pay')}/${name}`;
        expect(await tries('tenant', 'DELETE', path)).toBe(403);
        expect(await tries('tenant', 'PATCH', path, { subjects: [] })).toBe(403);
        expect(await tries('tenant', 'DELETE', `${bindings('pay')}?dryRun=All`)).toBe(403);
        expect((await world.cluster.request('GET', path)).status).toBe(200);
      }
    });

    it('binds roles to others, and takes them away', async () => {
      const body = binding('viewer', 'view', user('colleague'));
      expect(await tries('tenant', 'POST', bindings('pay'), body)).toBe(201);
      expect(await tries('tenant', 'DELETE', `${bindings('pay')}/viewer`)).toBe(200);
    });

    it('creates no token Secrets, and gets tokens that expire', async () => {
      const secret = tokenSecret('own', 'admin');
      expect(await tries('tenant', 'POST', core('pay', 'secrets'), secret)).toBe(403);
      const path = core('pay', 'serviceaccounts/admin/token');
      expect(await tries('tenant', 'POST', path, { spec: {} })).toBe(201);
    });

    it('reaches nothing of the gateway', async () => {
      for (const resource of ['secrets', 'pods', 'configmaps', 'serviceaccounts']) {
        expect(await tries('tenant', 'GET', core('sallyport', resource))).toBe(403);
      }
      const status = '/apis/sallyport.dev/v1alpha1/namespaces/pay/secretrotations/db/status';
      expect(await tries('tenant', 'PATCH', status, {})).toBe(403);
    });
  });

  it('are the operator and those controllers that delete namespaces, who may unbind', async () => {
    await world.cluster.request('POST', bindings('ci'), binding('more', 'view', gateway));
    const controller = 'system:serviceaccount:kube-system:namespace-controller';
    expect(await tries(controller, 'DELETE', `${bindings('ci')}/more`)).toBe(200);
    const body = binding('more', 'view', gateway);
    expect(await tries('alice', 'POST', bindings('ci'), body)).toBe(201);
    expect(await tries('alice', 'DELETE', `${bindings('ci')}/more`)).toBe(200);
  });

  it('own the gateway where they administer its namespace', async () => {
    const spec = {
      serviceAccountName: 'sallyport',
      containers: [{ name: 'main', image: 'registry.example/other:1' }],
    };
    const dry = (resource: string) => `${core('sallyport', resource)}?dryRun=All`;
    expect(await tries('keeper', 'POST', dry('pods'), { ...named('x'), spec })).toBe(201);
    expect(await tries('keeper', 'POST', dry('secrets'), named('x'))).toBe(201);
    const anchor = dry('configmaps/sallyport-audit-anchor');
    expect(await tries('keeper', 'PATCH', anchor, { data: { a: 'b' } })).toBe(200);
    for (const name of ['sallyport', 'sallyport-broker']) {
      const path = core('sallyport', `serviceaccounts/${name}/token`);
      expect(await tries('keeper', 'POST', path, { spec: {} })).toBe(201);
    }
    const more = `${bindings('sallyport')}?dryRun=All`;
    expect(await tries('keeper', 'POST', more, binding('x', 'edit', gateway))).toBe(201);
    expect(await tries('keeper', 'GET', core('pay', 'secrets'))).toBe(403);
  });

  it('reach nothing in the cluster with the credential of the audit webhook', async () => {
    const webhook = 'system:serviceaccount:sallyport:sallyport-audit-ingest';
    for (const [what, attempts] of Object.entries(stolenAttempts(''))) {
      for (const { method, path, body } of attempts) {
        expect(await tries(webhook, method, path, body), what).toBe(403);
      }
    }
  });
});
