import type { KubeObject } from '../../model/kube-object.js';
import type { Column } from '../../model/resource-definition.js';
import { ageColumn, column, count, nameColumn, wide } from './column.js';
import { formatLabels, selectorText } from './label-selectors.js';
import { numberAt, objectAt, objectsAt, textAt, valueAt } from './object-fields.js';

function ofContainers(object: KubeObject, member: string): string {
  const containers = objectsAt(object, 'spec', 'template', 'spec', 'containers');
  return containers.map((container) => textAt(container, member)).join(',');
}

const containers = wide('Containers', 'Names of the containers', (object) =>
  ofContainers(object, 'name'),
);
const images = wide('Images', 'Images of the containers', (object) =>
  ofContainers(object, 'image'),
);
const selector = wide('Selector', 'Which pods belong to it', (object) => {
  const text = selectorText(objectAt(object, 'spec', 'selector'));
  return text === undefined ? '<error>' : text || '<none>';
});

/** Returns 1 if replicas are absent: the API server sets that default before it stores. */
function desired(object: KubeObject): number {
  const replicas = valueAt(object, 'spec', 'replicas');
  return typeof replicas === 'number' ? replicas : 1;
}

function status(member: string): (object: KubeObject) => number {
  return (object) => numberAt(object, 'status', member);
}

function readyOfDesired(object: KubeObject): string {
  return `${numberAt(object, 'status', 'readyReplicas')}/${desired(object)}`;
}

export const deploymentColumns: readonly Column[] = [
  nameColumn,
  column('Ready', 'Ready pods of those wanted', readyOfDesired),
  column('Up-to-date', 'Pods of the current template', status('updatedReplicas')),
  column('Available', 'Pods that may serve', status('availableReplicas')),
  ageColumn,
  containers,
  images,
  wide('Selector', 'Which pods belong to it', (object) => {
    return selectorText(objectAt(object, 'spec', 'selector')) ?? '<invalid>';
  }),
];

export const statefulSetColumns: readonly Column[] = [
  nameColumn,
  column('Ready', 'Ready pods of those wanted', readyOfDesired),
  ageColumn,
  containers,
  images,
];

export const daemonSetColumns: readonly Column[] = [
  nameColumn,
  count('Desired', 'Nodes that should run it', status('desiredNumberScheduled')),
  count('Current', 'Nodes that run it', status('currentNumberScheduled')),
  count('Ready', 'Nodes where it is ready', status('numberReady')),
  count('Up-to-date', 'Nodes with the current template', status('updatedNumberScheduled')),
  count('Available', 'Nodes where it may serve', status('numberAvailable')),
  column('Node Selector', 'Which nodes should run it', (object) =>
    formatLabels(objectAt(object, 'spec', 'template', 'spec', 'nodeSelector')),
  ),
  ageColumn,
  containers,
  images,
  selector,
];

export const replicaSetColumns: readonly Column[] = [
  nameColumn,
  count('Desired', 'Pods that are wanted', desired),
  count('Current', 'Pods that exist', status('replicas')),
  count('Ready', 'Pods that are ready', status('readyReplicas')),
  ageColumn,
  containers,
  images,
  selector,
];

/** Columns of the `scale` subresource, an object of kind `autoscaling/v1` Scale. */
export const scaleColumns: readonly Column[] = [
  column('Name', 'Name of the object', (object) => object.metadata.name ?? ''),
  count('Desired', 'Replicas that are wanted', (object) => numberAt(object, 'spec', 'replicas')),
  count('Available', 'Replicas that exist', status('replicas')),
  ageColumn,
];
