import { describe, expect, it } from 'vitest';
import { coversAllWrites } from '../../../../src/access/domain/admission-coverage.js';

const writes = { group: '', version: 'v1', resource: 'secrets' };
const rule = {
  apiGroups: [''],
  apiVersions: ['v1'],
  resources: ['secrets'],
  operations: ['CREATE', 'UPDATE'],
  scope: '*',
};
const constraints = { namespaceSelector: {}, objectSelector: {}, resourceRules: [rule] };

describe('an admission policy sees every write', () => {
  it('where its rule names the resource, or everything', () => {
    expect(coversAllWrites(constraints, writes)).toBe(true);
    const all = { apiGroups: ['*'], apiVersions: ['*'], resources: ['*'], operations: ['*'] };
    expect(coversAllWrites({ resourceRules: [all] }, writes)).toBe(true);
  });

  it.each([
    ['selects namespaces', { namespaceSelector: { matchLabels: { a: 'b' } } }],
    ['selects objects', { objectSelector: { matchLabels: { a: 'b' } } }],
    ['leaves something out', { excludeResourceRules: [rule] }],
    ['has no rule', { resourceRules: [] }],
    ['is for another group', { resourceRules: [{ ...rule, apiGroups: ['apps'] }] }],
    ['is for another version', { resourceRules: [{ ...rule, apiVersions: ['v2'] }] }],
    ['is for another resource', { resourceRules: [{ ...rule, resources: ['pods'] }] }],
    ['sees no updates', { resourceRules: [{ ...rule, operations: ['CREATE'] }] }],
    ['sees no creations', { resourceRules: [{ ...rule, operations: ['UPDATE'] }] }],
    ['is for cluster-wide objects', { resourceRules: [{ ...rule, scope: 'Cluster' }] }],
    ['is for names', { resourceRules: [{ ...rule, resourceNames: ['a'] }] }],
    ['is not an object', { resourceRules: 'all' }],
  ])('but not where it %s', (_, change) => {
    expect(coversAllWrites({ ...constraints, ...change }, writes)).toBe(false);
  });

  it('and every version, where that is wanted', () => {
    expect(coversAllWrites(constraints, { ...writes, version: '*' })).toBe(false);
  });
});
