import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { RESTARTED_AT, RESTARTED_FOR } from '../../../src/consumers/domain/restart.js';
import { BrokerKubeClient } from '../../../src/kubernetes/broker-kube.client.js';
import type { KubeCall } from '../../../src/kubernetes/kube-call.js';
import type { Cluster } from '../../cluster/cluster.js';
import { sharedCluster } from '../../cluster/shared-cluster.js';
import { secretRotation } from '../../support/rotation-manifests.js';
import { secretImport, secretShare } from '../../support/share-manifests.js';
import { type Gateway, installGateway } from '../kubernetes/support.js';

const restarted = { [RESTARTED_AT]: '2026-11-26T00:00:00Z', [RESTARTED_FOR]: 'run' };
const policies = 'mutatingadmissionpolicies';
const group = 'admissionregistration.k8s.io';

const isOwn = (resource: string) => resource.startsWith('secret');

const pod = {
  metadata: { labels: { app: 'app' }, annotations: { kept: 'yes' } },
  spec: { containers: [{ name: 'main', image: 'registry.example/app:1' }] },
};

// Not on the sandbox: it stores admission policies only.
describe('what the broker may do for rotations, on a real API server', () => {
  let cluster: Cluster;
  let gateway: Gateway;
  let broker: BrokerKubeClient;

  beforeAll(async () => {
    cluster = await sharedCluster();
    gateway = await installGateway(cluster);
    const account = { namespace: 'sallyport', name: 'sallyport-broker' };
    broker = new BrokerKubeClient(gateway.transport, account);
    for (const namespace of ['pay', 'other']) {
      for (const kind of ['Deployment', 'StatefulSet', 'DaemonSet']) await make(namespace, kind);
    }
    const served = 'deploy/rbac/constrained/by-namespace/served-namespace.yaml';
    await cluster.kubectl(['-n', 'other', 'apply', '-f', served]);
    const restarts = 'deploy/rbac/constrained/restarts.yaml';
    await cluster.kubectl(['-n', 'pay', 'apply', '-f', restarts]);
    // API servers lag a little behind a change of RBAC and of policies.
    const image = { containers: [{ name: 'main', image: 'registry.example/evil:1' }] };
    const spoilt = { spec: { template: { spec: image } } };
    const isReady = async () => {
      const rotations = `/${path('pay', 'secretrotations').join('/')}`;
      const { status } = await cluster.request('POST', rotations, secretRotation('db'));
      expect([201, 409]).toContain(status);
      expect(await restart('pay', 'deployments')).toBe('done');
      const answer = await patch('pay', 'deployments', spoilt, { dryRun: 'All' });
      expect(answer).toContain('sallyport-broker-restarts');
    };
    await vi.waitFor(isReady, { timeout: 20_000 });
  }, 900_000);

  afterAll(async () => {
    gateway?.transport.close();
    await cluster?.stop();
  });

  async function make(namespace: string, kind: string): Promise<void> {
    const selector = { matchLabels: { app: 'app' } };
    const serviceName = kind === 'StatefulSet' ? { serviceName: 'app' } : {};
    const spec = { selector, template: pod, ...serviceName };
    const object = { apiVersion: 'apps/v1', kind, metadata: { name: 'app' }, spec };
    await cluster.kubectl(['-n', namespace, 'create', '-f', '-'], JSON.stringify(object));
  }

  function path(namespace: string, resource: string): string[] {
    const api = isOwn(resource) ? ['sallyport.dev', 'v1alpha1'] : ['apps', 'v1'];
    return ['apis', ...api, 'namespaces', namespace, resource];
  }

  /** `done`, or why not. */
  async function patch(
    namespace: string,
    resource: string,
    body: object,
    query: Readonly<Record<string, string>> = {},
  ): Promise<string> {
    const name = isOwn(resource) ? 'db' : 'app';
    const [plural = '', subresource] = resource.split('/');
    const target = [...path(namespace, plural), name, ...(subresource ? [subresource] : [])];
    const contentType = 'application/merge-patch+json';
    const call: KubeCall = {
      method: 'PATCH',
      path: target,
      query,
      body,
      contentType,
      effect: 'write',
    };
    try {
      await broker.send(call);
      return 'done';
    } catch (error) {
      const { message, internal = '' } = error as Error & { readonly internal?: string };
      return `${message} ${internal}`;
    }
  }

  function restart(namespace: string, resource: string): Promise<string> {
    const metadata = { annotations: restarted };
    return patch(namespace, resource, { spec: { template: { metadata } } });
  }

  it.each(['deployments', 'statefulsets', 'daemonsets'])('restarts %s', async (resource) => {
    expect(await restart('pay', resource)).toBe('done');
    const described = await cluster.kubectl(['-n', 'pay', 'get', resource, 'app', '-o', 'json']);
    const { spec } = JSON.parse(described) as { spec: { template: { metadata: object } } };
    const annotations = { kept: 'yes', ...restarted };
    expect(spec.template.metadata).toMatchObject({ annotations, labels: { app: 'app' } });
  });

  const template = (members: object) => ({ spec: { template: members } });

  it.each<[string, object]>([
    ['an image', template({ spec: { containers: [{ name: 'main', image: 'evil:1' }] } })],
    ['a ServiceAccount', template({ spec: { serviceAccountName: 'admin' } })],
    ['another annotation of a template', template({ metadata: { annotations: { added: 'x' } } })],
    ['a value of another annotation', template({ metadata: { annotations: { kept: 'no' } } })],
    ['the loss of an annotation', template({ metadata: { annotations: { kept: null } } })],
    ['labels of a template', template({ metadata: { labels: { more: 'x' } } })],
    ['a number of pods', { spec: { replicas: 0 } }],
    ['labels', { metadata: { labels: { more: 'x' } } }],
    ['annotations', { metadata: { annotations: { more: 'x' } } }],
    ['finalizers', { metadata: { finalizers: ['example.com/held'] } }],
  ])('changes nothing else of a workload: not %s', async (_what, body) => {
    for (const resource of ['deployments', 'daemonsets']) {
      if (resource === 'daemonsets' && 'replicas' in ((body as { spec?: object }).spec ?? {}))
        continue;
      expect(await patch('pay', resource, body)).toContain('sallyport-broker-restarts');
    }
  });

  it('restarts nothing where the namespace has not allowed it', async () => {
    expect(await restart('other', 'deployments')).toContain('cannot');
  });

  it('writes the status of a rotation, never what it is to do', async () => {
    const running = { status: { state: 'running' } };
    const spec = { spec: { suspend: true } };
    expect(await patch('pay', 'secretrotations/status', running)).toBe('done');
    expect(await patch('pay', 'secretrotations', spec)).toContain('cannot patch');
  });

  it.each([
    ['secretshares', secretShare('db'), { spec: { revoked: true } }],
    ['secretimports', secretImport('db'), { spec: { repair: true } }],
  ])('writes the status of %s, never the spec', async (resource, object, spec) => {
    const url = `/${path('pay', resource).join('/')}`;
    await vi.waitFor(async () => {
      const { status } = await cluster.request('POST', url, object);
      expect([201, 409]).toContain(status);
    }, 20_000);
    const status = { status: { observedGeneration: 1 } };
    expect(await patch('pay', `${resource}/status`, status)).toBe('done');
    expect(await patch('pay', resource, spec)).toContain('cannot patch');
  });

  it('lets the gateway look for the policies that see to the author, and at no others', async () => {
    const name = 'sallyport-rotation-author';
    const found = await gateway.self.getAdmissionPolicy(policies, name);
    expect(found['metadata']).toMatchObject({ name });
    const rights = { verb: 'get', group, namespace: '' };
    const may = async (resource: string, of: string) => {
      const review = await gateway.self.reviewOwnAccess({ ...rights, resource, name: of });
      return (review['status'] as { allowed: boolean }).allowed;
    };
    expect(await may('mutatingadmissionpolicybindings', name)).toBe(true);
    expect(await may('mutatingadmissionpolicybindings', 'sallyport-share-author')).toBe(true);
    for (const kind of ['rotation', 'share', 'import']) {
      const policy = `sallyport-${kind}-rights`;
      expect(await may('validatingadmissionpolicies', policy)).toBe(true);
      expect(await may('validatingadmissionpolicybindings', policy)).toBe(true);
    }
    expect(await may(policies, 'other')).toBe(false);
    expect(await may('validatingadmissionpolicies', 'other')).toBe(false);
  });
});
