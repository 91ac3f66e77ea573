import { describe, expect, it } from 'vitest';
import {
  customResources,
  virtualResources,
} from '../../../../src/kubectl/domain/virtual-resources.js';

const rights = virtualResources.flatMap(({ resource, verbs, subresources }) => [
  [resource, verbs],
  ...subresources.map((part) => [`${resource}/${part.subresource}`, part.verbs]),
]);

describe('the virtual resources', () => {
  it('are those that the gateway asks the cluster about, with the verbs it asks for', () => {
    expect(Object.fromEntries(rights)).toEqual({
      secretkeys: ['get', 'update', 'delete'],
      secretmetadata: ['get', 'list', 'watch'],
      secretversions: ['get', 'list', 'update', 'delete'],
      'secretversions/restore': ['create'],
      'secretversions/restore-retired': ['create'],
      'secretversions/destroy': ['create'],
      auditevents: ['list'],
      'auditevents/ingest': ['create'],
      auditlogs: ['get'],
      accesstokens: ['create', 'list', 'delete'],
    });
  });

  it.each(virtualResources)('have a kind and one word for one: $resource', (virtual) => {
    expect(virtual.singular).toBe(virtual.kind.toLowerCase());
    expect([virtual.singular, `${virtual.singular}s`]).toContain(virtual.resource);
  });

  it('are joined by parts of the custom resources, which the cluster itself has', () => {
    const part = (...names: readonly string[]) =>
      names.map((subresource) => ({ subresource, verbs: ['create'] }));
    expect(customResources).toEqual([
      { resource: 'secretrotations', kind: 'SecretRotation', subresources: part('run') },
      { resource: 'secretshares', kind: 'SecretShare', subresources: part('revoke') },
      { resource: 'secretimports', kind: 'SecretImport', subresources: [] },
      { resource: 'secretenvironments', kind: 'SecretEnvironment', subresources: [] },
      { resource: 'secretsyncs', kind: 'SecretSync', subresources: part('run', 'resolve') },
      { resource: 'externalstores', kind: 'ExternalStore', subresources: [] },
      { resource: 'secretschemas', kind: 'SecretSchema', subresources: [] },
      { resource: 'localsecretschemas', kind: 'LocalSecretSchema', subresources: [] },
    ]);
  });
});
