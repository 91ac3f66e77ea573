import {
  daemonSetColumns,
  deploymentColumns,
  replicaSetColumns,
  statefulSetColumns,
} from '../../table/columns/apps-columns.js';
import type { BuiltInResource } from '../built-in-resource.js';
import { workloadStrategy } from '../kinds/workloads.js';

const shared = { group: 'apps', isNamespaced: true, categories: ['all'] };

export const appsResources: readonly BuiltInResource[] = [
  {
    ...shared,
    resource: 'deployments',
    kind: 'Deployment',
    shortNames: ['deploy'],
    subresources: ['scale', 'status'],
    columns: deploymentColumns,
    strategy: workloadStrategy('Deployment'),
  },
  {
    ...shared,
    resource: 'statefulsets',
    kind: 'StatefulSet',
    shortNames: ['sts'],
    subresources: ['scale', 'status'],
    columns: statefulSetColumns,
    strategy: workloadStrategy('StatefulSet'),
  },
  {
    ...shared,
    resource: 'daemonsets',
    kind: 'DaemonSet',
    shortNames: ['ds'],
    subresources: ['status'],
    columns: daemonSetColumns,
    strategy: workloadStrategy('DaemonSet'),
  },
  {
    ...shared,
    resource: 'replicasets',
    kind: 'ReplicaSet',
    shortNames: ['rs'],
    subresources: ['scale', 'status'],
    columns: replicaSetColumns,
    strategy: workloadStrategy('ReplicaSet'),
  },
];
