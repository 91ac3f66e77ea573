import { describe, expect, it } from 'vitest';
import type { ApiResourceRequest } from '../../../../src/kubectl/domain/facade.js';
import {
  customResourceFacts,
  resourceFacts,
} from '../../../../src/kubectl/domain/resource-facts.js';

const pods: ApiResourceRequest = {
  ...{ kind: 'resource', verb: 'create', group: '', version: 'v1' },
  ...{ resource: 'pods', subresource: 'exec', namespace: 'pay', name: 'web' },
};

describe('how requests of the façade are written down', () => {
  it('names what was asked for, with its subresource', () => {
    const object = { verb: 'create', group: '', version: 'v1', resource: 'pods/exec', name: 'web' };
    expect(resourceFacts(pods)).toEqual({ action: 'kubectl.request', namespace: 'pay', object });
  });

  it('names no namespace where there is none', () => {
    expect(resourceFacts({ ...pods, namespace: '' })).not.toHaveProperty('namespace');
  });

  it.each([
    ['get', 'rotations', 'rotations.get'],
    ['watch', 'rotations', 'rotations.get'],
    ['patch', 'rotations', 'rotations.update'],
    ['deletecollection', 'rotations', 'rotations.update'],
    ['list', 'shares', 'shares.get'],
    ['delete', 'shares', 'shares.update'],
    ['get', 'imports', 'imports.get'],
    ['create', 'imports', 'imports.update'],
    ['watch', 'syncs', 'syncs.get'],
    ['delete', 'syncs', 'syncs.update'],
  ] as const)('a %s of %s is %s with the name of the object', (verb, route, action) => {
    const facts = customResourceFacts(route, { ...pods, verb }, 'db');
    expect(facts).toMatchObject({ action, namespace: 'pay', secret: 'db' });
  });

  it.each([
    ['secretschemas', ''],
    ['localsecretschemas', 'pay'],
  ])('a request on %s names an object, which is no Secret', (resource, namespace) => {
    const facts = customResourceFacts('schemas', { verb: 'patch', resource, namespace }, 'login');
    const object = { verb: 'patch', group: 'sallyport.dev', version: 'v1alpha1', resource };
    expect(facts).toEqual({
      action: 'schemas.update',
      ...(namespace !== '' && { namespace }),
      object: { ...object, name: 'login' },
    });
  });

  it('a request on a store names the object: it is about no Secret of its name', () => {
    const resource = 'externalstores';
    const facts = customResourceFacts('stores', { verb: 'get', resource, namespace: '' }, 'bao');
    const object = { verb: 'get', group: 'sallyport.dev', version: 'v1alpha1', resource };
    expect(facts).toEqual({ action: 'stores.get', object: { ...object, name: 'bao' } });
  });

  it('a request on all objects of a kind names none', () => {
    const facts = customResourceFacts('shares', { ...pods, verb: 'list' }, undefined);
    expect(facts).not.toHaveProperty('secret');
  });

  it.each([
    ['create', undefined],
    ['update', undefined],
    ['patch', undefined],
    ['delete', true],
    ['deletecollection', true],
  ] as const)('a %s of a custom resource deletes only: %s', (verb, deletesOnly) => {
    const facts = customResourceFacts('shares', { ...pods, verb }, 'db');
    expect(facts.deletesOnly).toBe(deletesOnly);
  });
});
