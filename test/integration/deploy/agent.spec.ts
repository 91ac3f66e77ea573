import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { agentConfigOf, wantedByFiles } from '../../../src/cli/agent/agent-config.js';
import type { Cluster } from '../../cluster/cluster.js';
import { sharedCluster } from '../../cluster/shared-cluster.js';

const folder = 'deploy/agent';
const namespace = 'agent-example';
interface Deployment {
  readonly kind: string;
  readonly spec: { readonly template: { readonly metadata: object } };
}

let cluster: Cluster;
let manifests: string;

beforeAll(async () => {
  cluster = await sharedCluster();
  const text = await cluster.kubectl(['kustomize', folder]);
  manifests = text.replaceAll('namespace: default', `namespace: ${namespace}`);
  await cluster.kubectl(['create', 'namespace', namespace]);
  const enforce = 'pod-security.kubernetes.io/enforce=restricted';
  await cluster.kubectl(['label', 'namespace', namespace, enforce]);
});
afterAll(async () => {
  await cluster?.kubectl(['delete', 'namespace', namespace, '--wait=false']);
  await cluster?.stop();
});

function podOfDeployment(): object {
  const [deployment] = parseAllDocuments(manifests)
    .map((document) => document.toJS() as Deployment)
    .filter(({ kind }) => kind === 'Deployment');
  if (deployment === undefined) throw new Error('there is no Deployment');
  const { metadata, ...template } = deployment.spec.template;
  const named = { ...metadata, name: 'app', namespace };
  return { ...template, apiVersion: 'v1', kind: 'Pod', metadata: named };
}

describe('deploy/agent', () => {
  it('is accepted by the API server', async () => {
    const apply = ['apply', '--server-side', '--validate=strict', '-o', 'name', '-f', '-'];
    const names = await cluster.kubectl(apply, manifests);
    expect(names.trim().split('\n').toSorted()).toEqual([
      expect.stringMatching(/^configmap\/app-agent-\w+$/),
      'deployment.apps/app',
      'role.rbac.authorization.k8s.io/app-login-reader',
      'rolebinding.rbac.authorization.k8s.io/app-login-reader',
      'serviceaccount/app',
    ]);
  });

  it('makes a pod that a restricted namespace takes, without a warning', async () => {
    const pods = `/api/v1/namespaces/${namespace}/pods?fieldValidation=Strict`;
    const { status, headers } = await cluster.request('POST', pods, podOfDeployment());
    expect([status, headers['warning']]).toEqual([201, undefined]);
  });

  it('has a configuration that the agent takes, and the right to all that it needs', () => {
    const { files, listen } = agentConfigOf(
      parse(readFileSync(`${folder}/agent.yaml`, 'utf8')),
      'default',
    );
    const { secrets, keys, environments } = wantedByFiles(files);
    expect(new Set([...secrets, ...keys].map(({ name }) => name))).toEqual(new Set(['app-login']));
    expect([environments, listen?.port]).toEqual([[], 8421]);
    expect(manifests).toContain('- app-login\n');
  });
});
