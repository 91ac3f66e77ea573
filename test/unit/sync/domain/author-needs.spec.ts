import { expect, it } from 'vitest';
import { rightsOfAuthor, rightsToResolve } from '../../../../src/sync/domain/author-needs.js';

const spec = { secretName: 'db', storeName: 'bao', serviceAccountName: 'sync' };
const texts = (rights: ReturnType<typeof rightsOfAuthor>) =>
  rights.map(({ verb, group, resource, subresource = '', name }) =>
    [verb, group, resource, subresource, name].join(' '),
  );
const both = ['use sallyport.dev externalstores  bao', 'create  serviceaccounts token sync'];

it.each([
  ['push', ['get  secrets  db']],
  ['pull', ['create  secrets  db', 'patch  secrets  db']],
  ['both', ['get  secrets  db', 'create  secrets  db', 'patch  secrets  db']],
] as const)('an author of a %s needs what the gateway does for the author', (direction, own) => {
  expect(texts(rightsOfAuthor({ ...spec, direction }))).toEqual([...both, ...own]);
});

it('no right is one to all names', () => {
  expect(rightsOfAuthor({ ...spec, direction: 'both' }).every(({ name }) => name !== '')).toBe(
    true,
  );
});

it('a caller who lets a side win reads or writes the Secret by a right of their own', () => {
  expect(texts(rightsToResolve(spec, 'cluster'))).toEqual(['get  secrets  db']);
  expect(texts(rightsToResolve(spec, 'store'))).toEqual(
    expect.arrayContaining(['patch  secrets  db']),
  );
});
