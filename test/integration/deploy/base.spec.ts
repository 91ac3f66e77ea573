import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { loadConfig } from '../../../src/platform/config/config.js';
import type { Cluster } from '../../cluster/cluster.js';
import { sharedCluster } from '../../cluster/shared-cluster.js';
import { kubeconform, writeSchemas } from '../../kubeconform/kubeconform.js';

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly [member: string]: unknown;
}

interface Pod extends Manifest {
  readonly spec: {
    readonly volumes: readonly { readonly name: string; readonly projected?: object }[];
    readonly containers: readonly {
      readonly image: string;
      readonly args: readonly string[];
      readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
    }[];
  };
}

const base = 'deploy/base';
/** Everything that is applied with -k, and every template that is applied with -f. */
const kustomizations = [
  base,
  'deploy/crds',
  'deploy/rbac/policies/author',
  'deploy/rbac/policies/bindings',
  'deploy/rbac/policies/credentials',
  'deploy/rbac/policies/rights',
  'deploy/rbac/constrained/by-namespace',
  'deploy/rbac/constrained/cluster-wide',
  'deploy/rbac/legacy/by-namespace',
  'deploy/rbac/legacy/cluster-wide',
  'deploy/rbac/passthrough',
  'deploy/sandbox',
  'deploy/audit',
];
const templates = [
  'deploy/rbac/constrained/by-namespace/served-namespace.yaml',
  'deploy/rbac/constrained/by-namespace/caller-namespace.yaml',
  'deploy/rbac/constrained/by-namespace/further-resources.yaml',
  'deploy/rbac/constrained/cluster-wide/served-broker.yaml',
  'deploy/rbac/constrained/cluster-wide/further-resources.yaml',
  'deploy/rbac/constrained/restarts.yaml',
  'deploy/rbac/legacy/by-namespace/served-namespace.yaml',
  'deploy/rbac/legacy/by-namespace/caller-namespace.yaml',
  'deploy/rbac/legacy/by-namespace/users.yaml',
  'deploy/rbac/legacy/cluster-wide/served-broker.yaml',
  'deploy/rbac/legacy/restarts.yaml',
  'deploy/sandbox/seed.yaml',
];

let cluster: Cluster;
let dir: string;
let objects: readonly Manifest[];

beforeAll(async () => {
  cluster = await sharedCluster();
  dir = mkdtempSync(join(tmpdir(), 'sallyport-deploy-'));
  objects = manifestsOf(await cluster.kubectl(['kustomize', base]));
  const profile = 'deploy/rbac/constrained/by-namespace';
  await cluster.kubectl(['apply', '--server-side', '-k', profile]);
});

afterAll(async () => {
  await cluster?.stop();
  rmSync(dir, { recursive: true, force: true });
});

function manifestsOf(text: string): readonly Manifest[] {
  return parseAllDocuments(text).map((document) => document.toJS() as Manifest);
}

function only(kind: string): Manifest {
  const [found, ...others] = objects.filter((object) => object.kind === kind);
  if (found === undefined || others.length > 0) throw new Error(`not one ${kind}`);
  return found;
}

/** The pod that the Deployment would make. */
function podOfDeployment(): Pod {
  const { spec } = only('Deployment') as unknown as { spec: { template: Pod } };
  const metadata = { ...spec.template.metadata, name: 'sallyport', namespace: 'sallyport' };
  return { ...spec.template, apiVersion: 'v1', kind: 'Pod', metadata };
}

describe('deploy/base', () => {
  it('is taken as it is by the API server, in a dry run and in earnest, and again', async () => {
    const apply = ['apply', '--server-side', '--validate=strict', '-o', 'name', '-k', base];
    const names = (text: string) => text.trim().split('\n').toSorted();
    const dry = names(await cluster.kubectl([...apply, '--dry-run=server']));
    expect(dry).toHaveLength(objects.length);
    expect(names(await cluster.kubectl(apply))).toEqual(dry);
    expect(names(await cluster.kubectl(apply))).toEqual(dry);
    expect(dry).toEqual([
      expect.stringMatching(/^configmap\/sallyport-config-\w+$/),
      'deployment.apps/sallyport',
      'networkpolicy.networking.k8s.io/sallyport',
      'persistentvolumeclaim/sallyport-data',
      'poddisruptionbudget.policy/sallyport',
      'service/sallyport',
      'service/sallyport-health',
    ]);
  });

  it('makes a pod that a restricted namespace takes, without a warning', async () => {
    const enforce = 'pod-security.kubernetes.io/enforce=restricted';
    await cluster.kubectl(['label', 'namespace', 'sallyport', enforce]);
    const pods = '/api/v1/namespaces/sallyport/pods?fieldValidation=Strict';
    const { status, headers } = await cluster.request('POST', pods, podOfDeployment());
    expect(status).toBe(201);
    expect(headers['warning']).toBeUndefined();
    const open = podOfDeployment();
    const containers = open.spec.containers.map((container) => ({
      ...container,
      securityContext: {},
    }));
    const metadata = { ...open.metadata, name: 'open' };
    const other = { ...open, metadata, spec: { ...open.spec, containers } };
    expect((await cluster.request('POST', pods, other)).status).toBe(403);
  });

  it('gives it a token of ten minutes for the API server alone, where the gateway looks', () => {
    const { spec } = podOfDeployment();
    expect(spec).toMatchObject({
      serviceAccountName: 'sallyport',
      automountServiceAccountToken: false,
      enableServiceLinks: false,
    });
    const projected = spec.volumes.find(({ name }) => name === 'cluster')?.projected;
    expect(projected).toMatchObject({
      sources: [
        { serviceAccountToken: { path: 'token', expirationSeconds: 600 } },
        { configMap: { name: 'kube-root-ca.crt' } },
        { downwardAPI: { items: [{ path: 'namespace' }] } },
      ],
    });
    expect(JSON.stringify(projected)).not.toContain('audience');
    const mount = spec.containers[0]?.volumeMounts.find(({ name }) => name === 'cluster');
    expect(mount?.mountPath).toBe('/var/run/secrets/kubernetes.io/serviceaccount');
  });

  it('holds a configuration that the gateway takes, under the path that it is started with', () => {
    const { data } = only('ConfigMap') as unknown as { data: Record<string, string> };
    const file = join(dir, 'sallyport.yaml');
    writeFileSync(file, data['sallyport.yaml'] ?? '');
    const config = loadConfig({ file, environment: {} });
    expect(config.kubernetes).toMatchObject({ mode: 'in-cluster', access: 'impersonate' });
    expect(config.namespaces).toEqual({ served: ['team-a'], scope: 'served' });
    const [container] = podOfDeployment().spec.containers;
    expect(container?.args.at(-1)).toBe('/etc/sallyport/config/sallyport.yaml');
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    expect(container?.image).toBe(`sallyport:${version}`);
  });

  it('anchors the audit trail in its volume, and in the ConfigMap that the profile lets it use', async () => {
    const { data } = only('ConfigMap') as unknown as { data: Record<string, string> };
    const file = join(dir, 'anchored.yaml');
    writeFileSync(file, data['sallyport.yaml'] ?? '');
    const { audit, dataDir, kubernetes } = loadConfig({ file, environment: {} });
    const [container] = podOfDeployment().spec.containers;
    expect(container?.volumeMounts.find(({ name }) => name === 'data')?.mountPath).toBe(dataDir);
    expect(audit.anchors).toEqual([
      { file: { path: join(dataDir, 'checkpoints') } },
      { configMap: { name: 'sallyport-audit-anchor' } },
    ]);
    const namespace = kubernetes.gatewayNamespace;
    const account = `system:serviceaccount:${namespace}:sallyport`;
    const may = async (verb: string, name: string) => {
      const question = ['auth', 'can-i', verb, `configmaps/${name}`, '-n', namespace];
      return (await cluster.kubectl([...question, '--as', account]).catch(String)).trim();
    };
    const anchor = 'sallyport-audit-anchor';
    expect([await may('get', anchor), await may('patch', anchor)]).toEqual(['yes', 'yes']);
    for (const verb of ['update', 'delete']) expect(await may(verb, anchor)).not.toBe('yes');
    expect(await may('get', 'kube-root-ca.crt')).not.toBe('yes');
    await cluster.kubectl(['-n', namespace, 'get', 'configmap', anchor]);
  });

  it('may be drained', () => {
    expect(only('PodDisruptionBudget')).toMatchObject({ spec: { maxUnavailable: 1 } });
    expect(only('Deployment')).toMatchObject({ spec: { replicas: 1 } });
  });
});

describe('kubeconform', () => {
  const file = () => join(dir, 'manifests.yaml');
  const schemas = () => join(dir, 'schemas');

  async function check(manifests: string): Promise<void> {
    const versions = manifestsOf(manifests).map(({ apiVersion }) => apiVersion);
    await writeSchemas(cluster, versions, schemas());
    writeFileSync(file(), manifests);
    await kubeconform(file(), schemas());
  }

  it.each(kustomizations)(
    'finds %s valid',
    async (path) => {
      await check(await cluster.kubectl(['kustomize', path]));
    },
    600_000,
  );

  it.each(templates)('finds %s valid', async (path) => {
    await check(readFileSync(path, 'utf8'));
  });

  it.each([
    ['a member that is misspelt', 'maxUnavailable: 1', 'maxUnavailble: 1'],
    ['a type that is wrong', 'replicas: 1', 'replicas: one'],
    ['a member that is missing', /^ {6}- metadata.namespace$|^ {8}name: sallyport$/m, ''],
  ])('would find %s', async (_what, right, wrong) => {
    const whole = await cluster.kubectl(['kustomize', base]);
    const manifests = whole.replace(right, wrong);
    expect(manifests).not.toBe(whole);
    await expect(check(manifests)).rejects.toMatchObject({
      stdout: expect.stringMatching(/is invalid: problem validating schema/),
    });
  });
});
