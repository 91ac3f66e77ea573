import { expect, it } from 'vitest';
import {
  rightToRotate,
  rightToSecret,
  rightsToKeys,
} from '../../../../src/shares/domain/author-needs.js';

const shared = { secretName: 'db', keys: ['user', 'password'] };

it('an author needs the right to read the Secret, or each key', () => {
  expect(rightToSecret(shared)).toEqual({
    verb: 'get',
    group: '',
    resource: 'secrets',
    name: 'db',
  });
  expect(rightsToKeys(shared).map(({ group, resource, name }) => [group, resource, name])).toEqual([
    ['sallyport.dev', 'secretkeys', 'db/user'],
    ['sallyport.dev', 'secretkeys', 'db/password'],
  ]);
});

it('an author whose share ends with a rotation needs the right to start it', () => {
  expect(rightToRotate(shared)).toEqual({
    ...{ verb: 'create', group: 'sallyport.dev' },
    ...{ resource: 'secretrotations', subresource: 'run', name: 'db' },
  });
});
