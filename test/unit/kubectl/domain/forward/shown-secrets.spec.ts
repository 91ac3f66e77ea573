import { describe, expect, test } from 'vitest';
import {
  listOf,
  objectOf,
  shownSecret,
  shownSecrets,
} from '../../../../../src/kubectl/domain/forward/shown-secrets.js';
import { lastApplied, marker } from '../../../secrets/domain/secret.builder.js';
import { applied, list, row, secret, single, table } from './answers.builder.js';

const shown = (name: string, ...keys: string[]) => ({ namespace: 'shop', name, keys });

describe('an object tells', () => {
  test('where it is, and the keys whose values it holds, sorted and once each', () => {
    const data = { b: marker, a: marker };
    const object = secret('x', { data, stringData: { c: marker, a: marker } });
    expect(shownSecret(object)).toEqual(shown('x', 'a', 'b', 'c'));
    expect(shownSecret({ ...object, ...single })).toEqual(shown('x', 'a', 'b', 'c'));
  });

  test('no keys where it has none', () => {
    expect(shownSecret(secret('x', { data: null }))).toEqual(shown('x'));
    expect(shownSecret(secret('x', { data: [marker] }))).toEqual(shown('x'));
    expect(shownSecret({ metadata: { name: 'x' } })).toEqual({
      namespace: '',
      name: 'x',
      keys: [],
    });
  });

  test('a key named __proto__ like any other', () => {
    const object = JSON.parse('{"metadata":{"name":"x"},"data":{"__proto__":"YQ=="}}') as unknown;
    expect(shownSecret(object)?.keys).toEqual(['__proto__']);
  });

  test('the keys of what was applied last, also in its metadata alone', () => {
    const configuration = { data: { b: marker, a: marker }, stringData: { c: marker } };
    const metadata = { kind: 'PartialObjectMetadata', ...applied('x', configuration) };
    expect(shownSecret(metadata)).toEqual(shown('x', 'a', 'b', 'c'));
    expect(shownSecret({ ...metadata, kind: 'Secret', data: { d: '', a: '' } })).toEqual(
      shown('x', 'a', 'b', 'c', 'd'),
    );
  });

  test.each(['', '{"data":"text","stringData":null}', '{}'])(
    'no keys of a last applied configuration that has none: %.20s',
    (text) => {
      expect(shownSecret(applied('x', text))).toEqual(shown('x'));
    },
  );

  test.each([
    marker,
    '{"data":',
    '"text"',
    '[{"data":{"a":""}}]',
    'null',
    'data:\n  a: MQ==\n',
    '{"data":{"a":""},"data":{}}',
    '{"data":{"a":""}} trailing',
    '['.repeat(200_000),
    `{"data":{"a":${'['.repeat(200)}${']'.repeat(200)}}}`,
  ])('all keys, perhaps, of a last applied configuration that cannot be read: %.20s', (text) => {
    expect(shownSecret(applied('x', text))).toEqual(shown('x', '*'));
  });

  test('no keys of annotations that are no text, or repeat no values', () => {
    const note = JSON.stringify({ data: { a: marker } });
    const withAnnotations = (annotations: unknown) => ({
      metadata: { name: 'x', namespace: 'shop', annotations },
    });
    expect(shownSecret(withAnnotations({ note }))).toEqual(shown('x'));
    expect(shownSecret(withAnnotations({ [lastApplied]: { data: { a: '' } } }))).toEqual(
      shown('x'),
    );
    expect(shownSecret(withAnnotations([note]))).toEqual(shown('x'));
  });

  test.each([
    undefined,
    null,
    'text',
    [],
    {},
    { metadata: {} },
    { metadata: { name: '' } },
    { metadata: { name: 1 } },
    { metadata: { name: 'x', namespace: 1 } },
    { ...secret('x'), kind: 'ConfigMap' },
    { ...secret('x'), kind: 'SecretList' },
  ])('nothing of a Secret where it is none: %j', (object) => {
    expect(shownSecret(object)).toBeUndefined();
  });
});

describe('an answer tells', () => {
  const objects = [secret('b'), secret('a', { data: {} })];
  const both = [shown('b', 'password'), shown('a')];

  test.each([
    ['a Secret', { ...single, ...objects[0] }, [both[0]]],
    ['a list', list(objects), both],
    ['a mixed list', { ...list([...objects, { kind: 'Pod', metadata: { name: 'p' } }]) }, both],
    ['a list of any kind', { ...list(objects), kind: 'List' }, both],
    ['a list of metadata', { ...list(objects), kind: 'PartialObjectMetadataList' }, both],
    ['a Table', table(objects.map(row)), both],
    ['a Table without objects', table([row(null), { cells: ['a'] }]), []],
    ['an empty list', list([]), []],
    ['a list of null', list(null), []],
    ['a Status', { kind: 'Status', metadata: {}, details: { name: 'x' } }, []],
    ['another kind', { ...objects[0], kind: 'ConfigMap' }, []],
    ['no kind', objects[0], []],
    ['no object', [objects[0]], []],
  ])('the Secrets of %s', (_, document, expected) => {
    expect(shownSecrets(document)).toEqual(expected);
  });
});

test('a list has its objects in items, a Table in rows, and other kinds have none', () => {
  expect(listOf(list([1]))).toEqual({ member: 'items', elements: [1] });
  expect(listOf(table([2]))).toEqual({ member: 'rows', elements: [2] });
  expect(listOf(list({ 0: 1 }))).toEqual({ member: 'items', elements: [] });
  expect(listOf({ kind: 'Secret', items: [1] })).toBeUndefined();
});

test('a row is about its object, and an object about itself', () => {
  const object = secret('x');
  expect(objectOf(row(object))).toBe(object);
  expect(objectOf({ cells: [] })).toBeNull();
  expect(objectOf(object)).toBe(object);
  expect(objectOf(null)).toBeNull();
});
