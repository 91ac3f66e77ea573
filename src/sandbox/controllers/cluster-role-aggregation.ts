import { aggregatedRoles } from '../authz/aggregate-cluster-roles.js';
import { nameOf } from '../model/kube-object.js';
import type { ObjectStore } from '../store/object-store.js';
import { BackgroundWork } from './background-work.js';

const CLUSTER_ROLES = 'clusterroles.rbac.authorization.k8s.io';

/**
 * Fills aggregated ClusterRoles (`view`, `edit`, `admin`) whenever a ClusterRole changes, as the
 * controller of that name does in a cluster.
 */
export function aggregateClusterRoles(
  store: ObjectStore,
  onFault: (error: unknown) => void,
): BackgroundWork {
  const work = new BackgroundWork(() => {
    for (const role of aggregatedRoles(store.all(CLUSTER_ROLES))) {
      store.put({ resource: CLUSTER_ROLES, namespace: '', name: nameOf(role) }, role);
    }
  }, onFault);
  store.onChange(({ resource }) => {
    if (resource === CLUSTER_ROLES) work.request();
  });
  work.request();
  return work;
}
