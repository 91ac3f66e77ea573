import { describe, expect, it } from 'vitest';
import {
  isKubernetesRight,
  listRights,
  metadataRights,
  readKeyRights,
  schemaRight,
  secretRight,
  storeRight,
  syncRight,
  watchRights,
  writeKeyRights,
} from '../../../../src/access/domain/secret-rights.js';

const ref = { namespace: 'pay', name: 'shhhhhh' };
const secrets = { group: '', resource: 'secrets', ...ref };
const ours = { group: 'sallyport.dev', namespace: 'pay' };
const key = { ...ours, resource: 'secretkeys', name: 'shhhhhh/password' };
const metadata = { ...ours, resource: 'secretmetadata', name: 'shhhhhh' };

describe('the rights of the authorisation table', () => {
  it.each([
    ['metadata', metadataRights(ref), { verb: 'get', ...secrets }, { verb: 'get', ...metadata }],
    [
      'a list',
      listRights('pay'),
      { verb: 'list', ...secrets, name: '' },
      { verb: 'list', ...metadata, name: '' },
    ],
    [
      'a list of one name',
      listRights('pay', 'shhhhhh'),
      { verb: 'list', ...secrets },
      { verb: 'list', ...metadata },
    ],
    [
      'a stream of changes',
      watchRights('pay'),
      { verb: 'watch', ...secrets, name: '' },
      { verb: 'watch', ...metadata, name: '' },
    ],
    [
      'a stream of one name',
      watchRights('pay', 'shhhhhh'),
      { verb: 'watch', ...secrets },
      { verb: 'watch', ...metadata },
    ],
    [
      'reading a key',
      readKeyRights(ref, 'password'),
      { verb: 'get', ...secrets },
      { verb: 'get', ...key },
    ],
    [
      'writing a key',
      writeKeyRights('update', ref, 'password'),
      { verb: 'patch', ...secrets },
      { verb: 'update', ...key },
    ],
    [
      'deleting a key',
      writeKeyRights('delete', ref, 'password'),
      { verb: 'patch', ...secrets },
      { verb: 'delete', ...key },
    ],
  ])('for %s are Kubernetes’ own first, then the one that the gateway asks about', (...row) => {
    const [, rights, own, virtual] = row;
    expect(rights).toEqual([own, virtual]);
    expect(rights.map(isKubernetesRight)).toEqual([true, false]);
  });

  it('for a whole Secret are Kubernetes’ own alone', () => {
    expect(secretRight('get', ref)).toEqual({ verb: 'get', ...secrets });
  });
});

describe('the rights to schemas', () => {
  it.each([
    ['get', '', 'secretschemas', 'login'],
    ['create', '', 'secretschemas', ''],
    ['delete', 'pay', 'localsecretschemas', 'login'],
    ['list', 'pay', 'localsecretschemas', ''],
  ])('%s in namespace "%s" is a right to %s "%s"', (verb, namespace, resource, name) => {
    const right = { verb, group: 'sallyport.dev', resource, namespace, name };
    expect(schemaRight(verb, { namespace, name: 'login' })).toEqual(right);
  });
});

describe('the rights to syncs and stores', () => {
  const right = { group: 'sallyport.dev', namespace: 'pay', name: 'db' };

  it('are those to the objects, and to the actions of a sync', () => {
    const ref = { namespace: 'pay', name: 'db' };
    const resource = 'secretsyncs';
    expect(syncRight('get', ref)).toEqual({ verb: 'get', resource, ...right });
    for (const subresource of ['run', 'resolve'] as const) {
      const expected = { verb: 'create', resource, ...right, subresource };
      expect(syncRight('create', ref, subresource)).toEqual(expected);
    }
  });

  it('are in no namespace if they are to a store', () => {
    const store = { resource: 'externalstores', group: 'sallyport.dev', namespace: '' };
    expect(storeRight('list', '')).toEqual({ verb: 'list', name: '', ...store });
    expect(storeRight('use', 'bao')).toEqual({ verb: 'use', name: 'bao', ...store });
  });
});
