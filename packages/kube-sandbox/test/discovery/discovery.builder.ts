import type { ResourceDefinition } from '../../src/model/resource-definition.js';

type Said = Pick<ResourceDefinition, 'group' | 'resource' | 'singular' | 'kind'> &
  Partial<ResourceDefinition>;

function definition(said: Said): ResourceDefinition {
  return {
    version: 'v1',
    listKind: `${said.kind}List`,
    isNamespaced: true,
    verbs: ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'],
    shortNames: [],
    categories: [],
    subresources: [],
    strategy: {},
    columns: [],
    schema: undefined,
    isCustom: false,
    ...said,
  };
}

const widget = {
  group: 'pres.example.com',
  resource: 'widgets',
  singular: 'widget',
  kind: 'Widget',
  shortNames: ['wd'],
  isCustom: true,
};

/** A few resources of each sort, in no order. */
export const definitions: readonly ResourceDefinition[] = [
  definition({ ...widget, version: 'v1beta1' }),
  definition({
    ...widget,
    subresources: ['scale', 'status'],
    schema: {
      type: 'object',
      properties: { spec: { type: 'object', properties: { size: { type: 'integer' } } } },
    },
  }),
  definition({
    group: 'apps',
    resource: 'deployments',
    singular: 'deployment',
    kind: 'Deployment',
    shortNames: ['deploy'],
    categories: ['all'],
    subresources: ['status', 'scale'],
  }),
  definition({
    group: 'authorization.k8s.io',
    resource: 'selfsubjectaccessreviews',
    singular: 'selfsubjectaccessreview',
    kind: 'SelfSubjectAccessReview',
    isNamespaced: false,
    verbs: ['create'],
  }),
  definition({
    group: '',
    resource: 'serviceaccounts',
    singular: 'serviceaccount',
    kind: 'ServiceAccount',
    shortNames: ['sa'],
    subresources: ['token'],
  }),
  definition({
    group: '',
    resource: 'namespaces',
    singular: 'namespace',
    kind: 'Namespace',
    isNamespaced: false,
    subresources: ['status'],
  }),
];

export const allVerbs = [
  'create',
  'delete',
  'deletecollection',
  'get',
  'list',
  'patch',
  'update',
  'watch',
];
export const customVerbs = [
  'delete',
  'deletecollection',
  'get',
  'list',
  'patch',
  'create',
  'update',
  'watch',
];
export const statusVerbs = ['get', 'patch', 'update'];
