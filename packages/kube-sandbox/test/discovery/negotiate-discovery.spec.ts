import { expect, test } from 'vitest';
import { hashOf, isUnchanged } from '../../src/discovery/entity-tag.js';
import { compareVersions } from '../../src/discovery/group-order.js';
import { negotiateDiscovery } from '../../src/discovery/negotiate-discovery.js';
import { versionInfo } from '../../src/discovery/version.js';

const v2 = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
const v2beta1 = v2.replace('v=v2', 'v=v2beta1');

test.each([
  [`${v2},application/json`, 'aggregated'],
  [`application/vnd.kubernetes.protobuf,${v2}`, 'aggregated'],
  [`application/json;q=0.1,${v2}`, 'aggregated'],
  [`${v2};profile=nopeer`, 'aggregated'],
  [v2.replace('application/json', '*/*'), 'aggregated'],
  [`${v2beta1},application/json`, 'plain'],
  ['application/json, */*', 'plain'],
  ['application/*', 'plain'],
  ['', 'plain'],
  [v2beta1, undefined],
  ['application/json;as=Table;g=meta.k8s.io;v=v1', undefined],
  ['text/html', undefined],
])('%j is answered with %s', (accept, form) => {
  const isAggregated = form === 'aggregated';
  const expected = form === undefined ? undefined : { isAggregated, format: 'json' };
  expect(negotiateDiscovery(accept)).toEqual(expected);
});

test('discovery comes as YAML where that is accepted', () => {
  const aggregated = v2.replace('json', 'yaml');
  expect(negotiateDiscovery(aggregated)).toEqual({ isAggregated: true, format: 'yaml' });
  expect(negotiateDiscovery('application/yaml')).toEqual({ isAggregated: false, format: 'yaml' });
});

test('versions are ranked by stability, then by number, then by name', () => {
  const ranked = [
    'v10',
    'v2',
    'v1',
    'v11beta2',
    'v10beta3',
    'v3beta1',
    'v12alpha1',
    'foo1',
    'foo2',
  ];
  expect(ranked.toReversed().toSorted(compareVersions)).toEqual(ranked);
});

test('a document is unchanged while its hash is', () => {
  const hash = hashOf('{}');
  expect(hash).toMatch(/^[0-9A-F]{128}$/);
  expect(isUnchanged(`"${hash}"`, hash)).toBe(true);
  expect([undefined, '*', `"${hashOf('')}"`].map((tag) => isUnchanged(tag, hash))).toEqual([
    false,
    false,
    false,
  ]);
});

test('the version is that of the API server that the sandbox answers like', () => {
  expect(versionInfo()).toMatchObject({
    major: '1',
    minor: '37',
    gitVersion: 'v1.37.2',
    buildDate: expect.stringMatching(/^\d{4}-\d{2}-\d{2}T/),
  });
});
