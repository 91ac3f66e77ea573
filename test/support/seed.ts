import type { TestInstallation } from './gateway.js';

/** A Secret made by the cluster's admin, behind the gateway's back. */
export async function seedSecret(
  installation: Pick<TestInstallation, 'cluster'>,
  namespace: string,
  name: string,
  stringData: Readonly<Record<string, string>>,
): Promise<void> {
  const answer = await installation.cluster.request(
    'POST',
    `/api/v1/namespaces/${namespace}/secrets`,
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name },
      stringData,
    },
  );
  if (answer.status !== 201) throw new Error(`the Secret was not made: ${answer.status}`);
}

/** The resourceVersion of a Secret in the cluster itself; undefined where there is no Secret. */
export async function storedVersion(
  installation: Pick<TestInstallation, 'cluster'>,
  namespace: string,
  name: string,
): Promise<string | undefined> {
  const answer = await installation.cluster.request<{ metadata?: { resourceVersion?: string } }>(
    'GET',
    `/api/v1/namespaces/${namespace}/secrets/${name}`,
  );
  return answer.status === 200 ? answer.body.metadata?.resourceVersion : undefined;
}

/** Binds the ClusterRole that lets a ServiceAccount list all audit events. */
export async function makeAuditor(
  installation: Pick<TestInstallation, 'cluster'>,
  namespace: string,
  serviceAccount: string,
): Promise<void> {
  const group = 'rbac.authorization.k8s.io';
  const name = `auditor-${namespace}-${serviceAccount}`;
  await installation.cluster.request('POST', `/apis/${group}/v1/clusterroles`, {
    apiVersion: `${group}/v1`,
    kind: 'ClusterRole',
    metadata: { name },
    rules: [{ apiGroups: ['sallyport.dev'], resources: ['auditevents'], verbs: ['list'] }],
  });
  await installation.cluster.request('POST', `/apis/${group}/v1/clusterrolebindings`, {
    apiVersion: `${group}/v1`,
    kind: 'ClusterRoleBinding',
    metadata: { name },
    roleRef: { apiGroup: group, kind: 'ClusterRole', name },
    subjects: [{ kind: 'ServiceAccount', name: serviceAccount, namespace }],
  });
}
