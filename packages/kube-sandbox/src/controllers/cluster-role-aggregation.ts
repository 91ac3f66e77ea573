import { aggregatedRoles } from '../authz/aggregate-cluster-roles.js';
import { nameOf } from '../model/kube-object.js';
import type { ObjectStore } from '../store/object-store.js';
import { BackgroundWork } from './background-work.js';

const CLUSTER_ROLES = 'clusterroles.rbac.authorization.k8s.io';

/**
 * Fills aggregated ClusterRoles (`view`, `edit`, `admin`) after each change of a ClusterRole, as
 * the controller of that name does in a cluster. A role that cannot be stored does not prevent the
 * update of other roles.
 */
export function aggregateClusterRoles(
  store: ObjectStore,
  onFault: (error: unknown) => void,
): BackgroundWork {
  const work = new BackgroundWork(() => {
    const faults: unknown[] = [];
    for (const role of aggregatedRoles(store.all(CLUSTER_ROLES))) {
      try {
        store.put({ resource: CLUSTER_ROLES, namespace: '', name: nameOf(role) }, role);
      } catch (error) {
        faults.push(error);
      }
    }
    if (faults.length > 0) throw faults[0];
    return false;
  }, onFault);
  store.onChange(({ resource }) => {
    if (resource === CLUSTER_ROLES) work.request();
  });
  work.request();
  return work;
}
