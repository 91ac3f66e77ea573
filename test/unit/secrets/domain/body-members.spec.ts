import { describe, expect, test } from 'vitest';
import type { FieldError } from '../../../../src/core/errors/sallyport-error.js';
import {
  isRecord,
  memberErrors,
  membersOf,
  metadataMember,
  placeErrors,
} from '../../../../src/secrets/domain/body-members.js';
import { lastApplied, marker } from './secret.builder.js';

const at = (errors: readonly FieldError[]) => errors.map(({ pointer }) => pointer);

test('only objects are records', () => {
  expect([{}, [], null, 'x', 1].map(isRecord)).toEqual([true, false, false, false, false]);
});

test.each([undefined, null, 'text', 1, ['a']])('there are no members of %j', (value) => {
  expect(membersOf(value)).toEqual({});
});

test('knows every member of a read body, and constructor is none', () => {
  expect(at(memberErrors({ version: null, ownerReferences: null }))).toEqual([]);
  expect(at(memberErrors({ constructor: 1, keys: [], name: null }))).toEqual([
    '/constructor',
    '/keys',
    '/name',
  ]);
});

test('a place must agree where both body and path name it', () => {
  expect(at(placeErrors({ namespace: 'a', name: 'b' }, { namespace: 'a' }))).toEqual([]);
  expect(at(placeErrors({ namespace: 'a' }, { namespace: 'b', name: 'c' }))).toEqual([
    '/namespace',
  ]);
});

describe('metadataMember', () => {
  test('checks keys, values and size by the rules of its map, quoting none', () => {
    const errors: FieldError[] = [];
    metadataMember({ labels: { a: `-${marker}`, 'b c': '' } }, 'labels', 'refuseNull', errors);
    const big = { a: 'x'.repeat(256 * 1024), b: '\ud800', [lastApplied]: marker };
    metadataMember({ annotations: big }, 'annotations', 'refuseNull', errors);
    expect(at(errors)).toEqual([
      '/labels/a',
      '/labels/b c',
      '/annotations/b',
      '/annotations/kubectl.kubernetes.io~1last-applied-configuration',
      '/annotations',
    ]);
    expect(JSON.stringify(errors)).not.toContain(marker);
  });

  test('lets null through only where it removes', () => {
    const errors: FieldError[] = [];
    const body = { labels: { a: null } };
    expect(metadataMember(body, 'labels', 'nullRemoves', errors)).toEqual({ a: null });
    expect(errors).toEqual([]);
    metadataMember(body, 'labels', 'refuseNull', errors);
    expect(at(errors)).toEqual(['/labels/a']);
  });
});
