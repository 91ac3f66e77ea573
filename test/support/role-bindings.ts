import { applyManifests } from '../cluster/manifests.js';
import type { TestCluster } from '../cluster/test-cluster.js';

const group = 'rbac.authorization.k8s.io';

/** Who is bound to what: in `namespace`, or everywhere without it. */
export interface Binding {
  readonly name: string;
  readonly namespace?: string;
  readonly role: { readonly kind: 'Role' | 'ClusterRole'; readonly name: string };
  readonly subject: { readonly kind: 'User' | 'Group'; readonly name: string };
}

/** Makes a RoleBinding or a ClusterRoleBinding, past the gateway. */
export async function bind(cluster: TestCluster, binding: Binding): Promise<void> {
  const { name, namespace, role, subject } = binding;
  const manifest = {
    apiVersion: `${group}/v1`,
    kind: namespace === undefined ? 'ClusterRoleBinding' : 'RoleBinding',
    metadata: { name, ...(namespace !== undefined && { namespace }) },
    roleRef: { apiGroup: group, ...role },
    subjects: [{ apiGroup: group, ...subject }],
  };
  await applyManifests(cluster, [manifest]);
}

/** Makes a ClusterRole with these rights on Secrets. */
export async function secretsClusterRole(
  cluster: TestCluster,
  name: string,
  verbs: readonly string[],
): Promise<void> {
  const rules = [{ apiGroups: [''], resources: ['secrets'], verbs }];
  const manifest = { apiVersion: `${group}/v1`, kind: 'ClusterRole', metadata: { name }, rules };
  await applyManifests(cluster, [manifest]);
}
