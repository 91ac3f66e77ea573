import { expect, test } from 'vitest';
import {
  apiGroup,
  apiGroupList,
  apiResourceList,
  apiVersions,
} from '../../src/discovery/discovery.js';
import { allVerbs, customVerbs, definitions, statusVerbs } from './discovery.builder.js';

const v1 = (group: string) => ({ groupVersion: `${group}/v1`, version: 'v1' });
const v1beta1 = { groupVersion: 'pres.example.com/v1beta1', version: 'v1beta1' };
const custom = {
  name: 'pres.example.com',
  versions: [v1('pres.example.com'), v1beta1],
  preferredVersion: v1('pres.example.com'),
};

test('/api names the core versions and where the server is', () => {
  expect(apiVersions(definitions, '127.0.0.1:6443')).toEqual({
    kind: 'APIVersions',
    versions: ['v1'],
    serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: '127.0.0.1:6443' }],
  });
});

test('/apis names the groups by rank, custom ones last, with the preferred version first', () => {
  const of = (name: string) => ({ name, versions: [v1(name)], preferredVersion: v1(name) });
  expect(apiGroupList(definitions)).toEqual({
    kind: 'APIGroupList',
    apiVersion: 'v1',
    groups: [of('apps'), of('authorization.k8s.io'), custom],
  });
});

test('a group is served by name, the core group and others are not', () => {
  const found = apiGroup(definitions, 'pres.example.com');
  expect(found).toEqual({ kind: 'APIGroup', apiVersion: 'v1', ...custom });
  expect([apiGroup(definitions, ''), apiGroup(definitions, 'batch')]).toEqual([
    undefined,
    undefined,
  ]);
});

test('/api/v1 lists resources by name, each followed by its subresources', () => {
  expect(apiResourceList(definitions, '', 'v1')).toEqual({
    kind: 'APIResourceList',
    groupVersion: 'v1',
    resources: [
      {
        name: 'namespaces',
        singularName: 'namespace',
        namespaced: false,
        kind: 'Namespace',
        verbs: allVerbs,
      },
      {
        name: 'namespaces/status',
        singularName: '',
        namespaced: false,
        kind: 'Namespace',
        verbs: statusVerbs,
      },
      {
        name: 'serviceaccounts',
        singularName: 'serviceaccount',
        namespaced: true,
        kind: 'ServiceAccount',
        verbs: allVerbs,
        shortNames: ['sa'],
      },
      {
        name: 'serviceaccounts/token',
        singularName: '',
        namespaced: true,
        group: 'authentication.k8s.io',
        version: 'v1',
        kind: 'TokenRequest',
        verbs: ['create'],
      },
    ],
  });
});

const scale = { group: 'autoscaling', version: 'v1', kind: 'Scale', verbs: statusVerbs };
const sub = { singularName: '', namespaced: true };

test('a group version lists its resources with short names and categories', () => {
  expect(apiResourceList(definitions, 'apps', 'v1')).toEqual({
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion: 'apps/v1',
    resources: [
      {
        name: 'deployments',
        singularName: 'deployment',
        namespaced: true,
        kind: 'Deployment',
        verbs: allVerbs,
        shortNames: ['deploy'],
        categories: ['all'],
      },
      { name: 'deployments/scale', ...sub, ...scale },
      { name: 'deployments/status', ...sub, kind: 'Deployment', verbs: statusVerbs },
    ],
  });
});

test('custom resources have an order of their own', () => {
  const list = apiResourceList(definitions, 'pres.example.com', 'v1');
  expect(list?.['resources']).toMatchObject([
    { name: 'widgets', verbs: customVerbs },
    { name: 'widgets/status', ...sub, kind: 'Widget', verbs: statusVerbs },
    { name: 'widgets/scale', ...sub, ...scale },
  ]);
});

test('reviews can only be created', () => {
  const list = apiResourceList(definitions, 'authorization.k8s.io', 'v1');
  expect(list?.['resources']).toMatchObject([{ verbs: ['create'], namespaced: false }]);
});

test('what is not served is not listed', () => {
  expect(apiResourceList(definitions, 'apps', 'v7')).toBeUndefined();
  expect(apiResourceList(definitions, 'batch', 'v1')).toBeUndefined();
});
