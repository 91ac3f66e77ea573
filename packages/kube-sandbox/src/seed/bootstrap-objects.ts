import { randomUUID } from 'node:crypto';
import bootstrapRbac from '../data/bootstrap-rbac.json' with { type: 'json' };
import { type KubeObject, nameOf } from '../model/kube-object.js';
import type { ObjectPath } from '../model/object-reader.js';
import type { ObjectStore } from '../store/object-store.js';

const namespaces = ['default', 'kube-node-lease', 'kube-public', 'kube-system'];
const rbacResources: Readonly<Record<string, string>> = {
  ClusterRole: 'clusterroles',
  ClusterRoleBinding: 'clusterrolebindings',
  Role: 'roles',
  RoleBinding: 'rolebindings',
};

/** Creates missing namespaces and RBAC objects that an API server creates for itself. */
export function createBootstrapObjects(store: ObjectStore, now: string): void {
  for (const name of namespaces) {
    createMissing(store, { resource: 'namespaces', namespace: '', name }, namespaceOf(name), now);
  }
  for (const object of bootstrapRbac as unknown as readonly KubeObject[]) {
    const { namespace = '' } = object.metadata;
    const resource = `${rbacResources[object.kind] ?? ''}.rbac.authorization.k8s.io`;
    createMissing(store, { resource, namespace, name: nameOf(object) }, object, now);
  }
}

function namespaceOf(name: string): KubeObject {
  return {
    kind: 'Namespace',
    apiVersion: 'v1',
    metadata: { name, labels: { 'kubernetes.io/metadata.name': name } },
    spec: { finalizers: ['kubernetes'] },
    status: { phase: 'Active' },
  };
}

function createMissing(
  store: ObjectStore,
  path: ObjectPath,
  object: KubeObject,
  now: string,
): void {
  if (store.text(path) !== undefined) return;
  const metadata = { ...object.metadata, uid: randomUUID(), creationTimestamp: now };
  store.put(path, { ...object, metadata }, 'system');
}
