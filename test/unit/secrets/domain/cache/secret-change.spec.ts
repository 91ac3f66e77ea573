import { expect, it } from 'vitest';
import { readCachedSecret } from '../../../../../src/kubernetes/kube-secret.mapper.js';
import { secretChange } from '../../../../../src/secrets/domain/cache/secret-change.js';
import { toMetadataBody } from '../../../../../src/secrets/domain/read-body.js';
import { cachedSecret } from './cached-secret.builder.js';

function stored(data: Readonly<Record<string, string>>, version = 1) {
  const secret = readCachedSecret(cachedSecret({ data, version }));
  return { data: secret.data, body: toMetadataBody(secret) };
}

it('names the keys that differ, and holds no value', () => {
  const before = stored({ same: 'one', gone: 'canary-a', other: 'canary-b' });
  const after = stored({ same: 'one', other: 'canary-c', 'a-new': 'canary-d' }, 2);
  const change = secretChange(before, after, '2');
  expect(change.changedKeys).toEqual(['a-new', 'gone', 'other']);
  expect(change.after).toMatchObject({ resourceVersion: '2', version: null, updatedBy: null });
  expect(JSON.stringify(change)).not.toMatch(/canary|Y2FuYXJ5/);
});

it('names all keys of what begins or ends', () => {
  const secret = stored({ b: '1', a: '2' });
  expect(secretChange(undefined, secret, '1')).toMatchObject({
    before: undefined,
    changedKeys: ['a', 'b'],
  });
  expect(secretChange(secret, undefined, '7')).toMatchObject({
    after: undefined,
    changedKeys: ['a', 'b'],
    resourceVersion: '7',
  });
});
