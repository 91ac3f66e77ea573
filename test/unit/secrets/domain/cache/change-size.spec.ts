import { expect, it } from 'vitest';
import { readCachedSecret } from '../../../../../src/kubernetes/kube-secret.mapper.js';
import { changeSizeBytes } from '../../../../../src/secrets/domain/cache/change-size.js';
import { secretChange } from '../../../../../src/secrets/domain/cache/secret-change.js';
import { toMetadataBody } from '../../../../../src/secrets/domain/read-body.js';
import { type CachedFacts, cachedSecret } from './cached-secret.builder.js';

function sizeOf(facts: CachedFacts): number {
  const secret = readCachedSecret(cachedSecret(facts));
  const state = { data: secret.data, body: toMetadataBody(secret) };
  return changeSizeBytes(secretChange(undefined, state, '1'));
}

const keys = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`k${at}`, '']));

it('grows with names of keys and with labels, and not with values', () => {
  const least = sizeOf({});
  expect(least).toBeGreaterThan(1_000);
  expect(sizeOf({ data: { key: 'x'.repeat(100_000) } }) - least).toBeLessThan(1_000);
  expect(sizeOf({ data: keys(1_000) }) - least).toBeGreaterThan(100_000);
  expect(sizeOf({ labels: keys(1_000) }) - least).toBeGreaterThan(50_000);
});

it('counts one state of each change: that before, where nothing came after', () => {
  const secret = readCachedSecret(cachedSecret({ labels: keys(1_000) }));
  const state = { data: secret.data, body: toMetadataBody(secret) };
  const [made, changed, gone] = [
    secretChange(undefined, state, '2'),
    secretChange(state, state, '3'),
    secretChange(state, undefined, '4'),
  ].map(changeSizeBytes);
  expect(changed).toBe(made);
  expect(gone).toBeGreaterThan(50_000);
});
