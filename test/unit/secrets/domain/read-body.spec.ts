import { expect, test } from 'vitest';
import { toMetadataBody, toReadBody } from '../../../../src/secrets/domain/read-body.js';
import { marker, storedSecret, values } from './secret.builder.js';

const members = [
  ['namespace', 'name', 'uid', 'type', 'immutable', 'labels', 'annotations', 'ownerReferences'],
  ['stringData', 'data', 'resourceVersion', 'version', 'createdAt', 'updatedAt', 'updatedBy'],
].flat();

test('a read body has every member of the contract, whatever the Secret', () => {
  const body = toReadBody(storedSecret({ data: new Map() }), 'auto');
  expect(Object.keys(body)).toEqual(members);
  expect(body).toMatchObject({ version: null, updatedAt: null, updatedBy: null });
  expect(JSON.stringify([body.stringData, body.data])).toBe('[{},{}]');
});

test('metadata has names and sizes instead of values', () => {
  const body = toMetadataBody(storedSecret({ data: values({ b: 'é', a: '' }) }));
  expect(body.keys).toEqual([
    { name: 'a', sizeBytes: 0, version: null },
    { name: 'b', sizeBytes: 2, version: null },
  ]);
  const others = members.filter((name) => name !== 'stringData' && name !== 'data');
  expect(Object.keys(body).toSorted()).toEqual([...others, 'keys'].toSorted());
});

test('annotations that hold values are never shown', () => {
  const shown = JSON.stringify([
    toReadBody(storedSecret(), 'auto'),
    toMetadataBody(storedSecret()),
  ]);
  expect(shown).toContain('kept');
  expect(shown).not.toContain(marker);
  expect(shown).not.toContain('last-applied');
});

test('what history says of a state stands in both bodies', () => {
  const updatedBy = { username: 'u', kind: 'oidc', credentialId: 'c' };
  const info = { version: 4, updatedBy, keyVersions: [{ name: 'a', version: 2 }], isFinal: true };
  const secret = storedSecret({ data: values({ a: 'x', b: 'y' }) });
  expect(toReadBody(secret, 'auto', info)).toMatchObject({ version: 4, updatedBy: 'u' });
  const metadata = toMetadataBody(secret, info);
  expect(metadata).toMatchObject({ version: 4, updatedBy });
  expect(metadata.keys.map(({ version }) => version)).toEqual([2, null]);
});
