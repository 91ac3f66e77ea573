import type { KubeObject } from '../../model/kube-object.js';
import {
  configMapColumns,
  namespaceColumns,
  secretColumns,
  serviceAccountColumns,
} from '../../table/columns/core-columns.js';
import { eventColumns } from '../../table/columns/event-columns.js';
import { objectsAt, textAt, valueAt } from '../../table/columns/object-fields.js';
import { podColumns } from '../../table/columns/pod-columns.js';
import { allVerbs, type BuiltInResource } from '../built-in-resource.js';
import { configMapStrategy } from '../kinds/config-map.js';
import { eventStrategy } from '../kinds/event.js';
import { namespaceStrategy } from '../kinds/namespace.js';
import { secretStrategy } from '../kinds/secret.js';
import { serviceAccountStrategy } from '../kinds/service-account.js';
import { workloadStrategy } from '../kinds/workloads.js';

const group = '';
const involved = ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'];

export const coreResources: readonly BuiltInResource[] = [
  {
    group,
    resource: 'namespaces',
    kind: 'Namespace',
    isNamespaced: false,
    verbs: allVerbs.filter((verb) => verb !== 'deletecollection'),
    shortNames: ['ns'],
    subresources: ['status'],
    columns: namespaceColumns,
    strategy: namespaceStrategy,
    selectableFields: (object) => ({ 'status.phase': textAt(object, 'status', 'phase') }),
  },
  {
    group,
    resource: 'secrets',
    kind: 'Secret',
    isNamespaced: true,
    columns: secretColumns,
    strategy: secretStrategy,
    selectableFields: (object) => ({ type: textAt(object, 'type') }),
  },
  {
    group,
    resource: 'configmaps',
    kind: 'ConfigMap',
    isNamespaced: true,
    shortNames: ['cm'],
    columns: configMapColumns,
    strategy: configMapStrategy,
  },
  {
    group,
    resource: 'serviceaccounts',
    kind: 'ServiceAccount',
    isNamespaced: true,
    shortNames: ['sa'],
    subresources: ['token'],
    columns: serviceAccountColumns,
    strategy: serviceAccountStrategy,
  },
  {
    group,
    resource: 'events',
    kind: 'Event',
    isNamespaced: true,
    shortNames: ['ev'],
    columns: eventColumns,
    strategy: eventStrategy,
    selectableFields: eventFields,
  },
  {
    group,
    resource: 'pods',
    kind: 'Pod',
    isNamespaced: true,
    shortNames: ['po'],
    categories: ['all'],
    subresources: ['status'],
    columns: podColumns,
    strategy: workloadStrategy('Pod'),
    selectableFields: podFields,
  },
];

function eventFields(event: KubeObject): Readonly<Record<string, string>> {
  const component = textAt(event, 'reportingComponent');
  return {
    ...Object.fromEntries(
      involved.map((name) => [`involvedObject.${name}`, textAt(event, 'involvedObject', name)]),
    ),
    reason: textAt(event, 'reason'),
    reportingComponent: component,
    source: textAt(event, 'source', 'component') || component,
    type: textAt(event, 'type'),
  };
}

function podFields(pod: KubeObject): Readonly<Record<string, string>> {
  const firstAddress = objectsAt(pod, 'status', 'podIPs')[0];
  return {
    'spec.nodeName': textAt(pod, 'spec', 'nodeName'),
    'spec.restartPolicy': textAt(pod, 'spec', 'restartPolicy'),
    'spec.schedulerName': textAt(pod, 'spec', 'schedulerName'),
    'spec.serviceAccountName': textAt(pod, 'spec', 'serviceAccountName'),
    'spec.hostNetwork': String(valueAt(pod, 'spec', 'hostNetwork') === true),
    'status.phase': textAt(pod, 'status', 'phase'),
    'status.podIP': textAt(firstAddress ?? {}, 'ip'),
    'status.nominatedNodeName': textAt(pod, 'status', 'nominatedNodeName'),
  };
}
