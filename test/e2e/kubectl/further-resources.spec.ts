import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Rule, TestInstallation } from '../../support/gateway.js';
import { type Answer, type Call, send } from '../../support/raw-http.js';
import { patiently } from '../../support/tokens-world.js';
import { AuditService } from '../../../src/audit/audit.service.js';
import { RightsProbe } from '../../../src/kubernetes/rights-probe.js';
import { partOf } from '../../support/part-of.js';

const template = 'deploy/rbac/constrained/by-namespace/further-resources.yaml';
const collection = '/kubernetes/api/v1/namespaces/pay/configmaps';
const everything: Rule = {
  apiGroups: ['', 'apps'],
  resources: ['configmaps', 'deployments', 'pods'],
  verbs: ['get', 'list', 'create', 'update', 'patch', 'delete', 'deletecollection'],
};

let installation: TestInstallation;
let base: string;
let app: string;
let nobody: string;

beforeAll(async () => {
  installation = await TestInstallation.start({ kubectl: { resources: ['configmaps'] } });
  [base = ''] = await installation.gateway.listen();
  await installation.serve('pay');
  await installation.cluster.kubectl(['-n', 'pay', 'apply', '--server-side', '-f', template]);
  app = await installation.user('pay', 'app', [everything]);
  nobody = await installation.user('pay', 'nobody', []);
});

afterAll(() => installation.stop());

const ask = (path: string, call: Partial<Call> = {}): Promise<Answer> =>
  send(base, { token: app, ...call, path });

/** The gateway is let do it some seconds after the template was applied. */
const make = (name: string): Promise<void> =>
  patiently(async () => {
    const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { a: 'b' } };
    const answer = await ask(collection, { method: 'POST', body });
    expect([201, 409], answer.text).toContain(answer.status);
  });

/** Guarantee: the shipped template is what `kubectl.resources` needs, and opens nothing else. */
describe('a resource that an operator has named and granted by the template', () => {
  it('is reached as the caller, in every verb, and is on record', async () => {
    await make('first');
    await make('second');
    const item = `${collection}/first`;
    const patched = await ask(item, {
      method: 'PATCH',
      headers: { 'content-type': 'application/merge-patch+json' },
      body: JSON.stringify({ data: { a: 'c' } }),
    });
    expect(patched.status, patched.text).toBe(200);
    expect((await ask(item)).json()).toMatchObject({ kind: 'ConfigMap', data: { a: 'c' } });
    expect((await ask(collection)).json<{ items: unknown[] }>().items.length).toBeGreaterThan(1);
    const deleted = await ask(item, { method: 'DELETE' });
    const { items } = await partOf(installation.gateway, AuditService).list({});
    expect(items.filter(({ auditId }) => auditId === deleted.headers['audit-id'])).toMatchObject([
      { action: 'kubectl.request', outcome: 'allowed', user: 'system:serviceaccount:pay:app' },
    ]);
    expect((await ask(collection, { method: 'DELETE' })).status).toBe(200);
  });

  it('is refused in the words of the cluster to a caller without the right', async () => {
    const answer = await ask(collection, { token: nobody });
    expect(answer.status).toBe(403);
    expect(answer.json()['message']).toBe(
      'configmaps is forbidden: User "system:serviceaccount:pay:nobody" cannot list resource ' +
        '"configmaps" in API group "" in the namespace "pay"',
    );
  });

  it('is not one that was granted alone, however much the caller may', async () => {
    for (const path of [
      '/apis/apps/v1/namespaces/pay/deployments',
      '/api/v1/namespaces/pay/pods',
    ]) {
      const answer = await ask(`/kubernetes${path}`);
      expect([answer.status, answer.json()['message']]).toEqual([
        403,
        expect.stringContaining('or ask its operator to add them to kubectl.resources'),
      ]);
    }
  });

  it('is no fault of the installation: the gateway is ready', async () => {
    const rightsProbe = partOf(installation.gateway, RightsProbe);
    await patiently(async () => expect(rightsProbe.problems).toEqual([]));
  });
});
