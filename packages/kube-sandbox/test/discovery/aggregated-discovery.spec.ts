import { expect, test } from 'vitest';
import {
  aggregatedContentType,
  aggregatedDiscovery,
} from '../../src/discovery/aggregated-discovery.js';
import { allVerbs, customVerbs, definitions, statusVerbs } from './discovery.builder.js';

const own = (kind: string) => ({ group: '', version: '', kind });
const scale = {
  subresource: 'scale',
  responseKind: { group: 'autoscaling', version: 'v1', kind: 'Scale' },
  verbs: statusVerbs,
};

test('/api holds the core group in one document', () => {
  expect(aggregatedContentType).toBe(
    'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList',
  );
  expect(aggregatedDiscovery(definitions, 'api')).toEqual({
    kind: 'APIGroupDiscoveryList',
    apiVersion: 'apidiscovery.k8s.io/v2',
    metadata: {},
    items: [
      {
        metadata: {},
        versions: [
          {
            version: 'v1',
            resources: [
              {
                resource: 'namespaces',
                responseKind: own('Namespace'),
                scope: 'Cluster',
                singularResource: 'namespace',
                verbs: allVerbs,
                subresources: [
                  { subresource: 'status', responseKind: own('Namespace'), verbs: statusVerbs },
                ],
              },
              {
                resource: 'serviceaccounts',
                responseKind: own('ServiceAccount'),
                scope: 'Namespaced',
                singularResource: 'serviceaccount',
                verbs: allVerbs,
                shortNames: ['sa'],
                subresources: [
                  {
                    subresource: 'token',
                    responseKind: {
                      group: 'authentication.k8s.io',
                      version: 'v1',
                      kind: 'TokenRequest',
                    },
                    verbs: ['create'],
                  },
                ],
              },
            ],
            freshness: 'Current',
          },
        ],
      },
    ],
  });
});

test('/apis holds every other group, versions by preference', () => {
  const { items } = aggregatedDiscovery(definitions, 'apis');
  expect(items).toMatchObject([
    { metadata: { name: 'apps' }, versions: [{ version: 'v1' }] },
    { metadata: { name: 'authorization.k8s.io' }, versions: [{ version: 'v1' }] },
    {
      metadata: { name: 'pres.example.com' },
      versions: [{ version: 'v1' }, { version: 'v1beta1' }],
    },
  ]);
});

test('custom kinds name their group and version, built-in ones leave them to the entry', () => {
  const { items } = aggregatedDiscovery(definitions, 'apis');
  const widget = { group: 'pres.example.com', version: 'v1', kind: 'Widget' };
  const versions = (items as { versions: { resources: unknown[] }[] }[]).map(
    (group) => group.versions[0]?.resources[0],
  );
  expect(versions).toMatchObject([
    {
      responseKind: own('Deployment'),
      categories: ['all'],
      subresources: [scale, { subresource: 'status', responseKind: own('Deployment') }],
    },
    { responseKind: own('SelfSubjectAccessReview'), scope: 'Cluster', verbs: ['create'] },
    {
      responseKind: widget,
      verbs: customVerbs,
      subresources: [{ subresource: 'status', responseKind: widget, verbs: statusVerbs }, scale],
    },
  ]);
});
