import { describe, expect, test } from 'vitest';
import { planJsonPatch, withMapsCreated } from '../../../../src/secrets/domain/json-patch.js';
import { lastApplied, marker, pointers, refusal } from './secret.builder.js';

const places = (...operations: unknown[]) => pointers(() => planJsonPatch(operations));

describe('planJsonPatch', () => {
  test("translates paths and values to Kubernetes', in the same order", () => {
    const plan = planJsonPatch([
      { op: 'test', path: '/stringData/a', value: 'é' },
      { op: 'replace', path: '/data/a', value: 'A\nP8=' },
      { op: 'add', path: '/stringData/b', value: '' },
      { op: 'move', from: '/data/b', path: '/stringData/c' },
      { op: 'copy', from: '/stringData/a', path: '/data/d' },
      { op: 'remove', path: '/stringData/a' },
      { op: 'add', path: '/labels/example.com~1a', value: 'x' },
      { op: 'copy', from: '/labels/example.com~1a', path: '/annotations/a' },
    ]);
    expect(plan.patch.operations).toEqual([
      { op: 'test', path: '/data/a', value: 'w6k=' },
      { op: 'replace', path: '/data/a', value: 'AP8=' },
      { op: 'add', path: '/data/b', value: '' },
      { op: 'move', from: '/data/b', path: '/data/c' },
      { op: 'copy', from: '/data/a', path: '/data/d' },
      { op: 'remove', path: '/data/a' },
      { op: 'add', path: '/metadata/labels/example.com~1a', value: 'x' },
      { op: 'copy', from: '/metadata/labels/example.com~1a', path: '/metadata/annotations/a' },
    ]);
    expect(plan.touched).toEqual(['a', 'b', 'c', 'd']);
    expect(plan.removed).toEqual(['a', 'b']);
    expect(plan.read).toEqual(['a']);
    expect(plan.maps).toEqual(['data', 'labels', 'annotations']);
  });

  test('test and copy read a key; add, replace, remove and move do not', () => {
    const value = 'x';
    const { read } = planJsonPatch([
      { op: 'add', path: '/stringData/a', value },
      { op: 'replace', path: '/stringData/b', value },
      { op: 'remove', path: '/data/c' },
      { op: 'move', from: '/data/d', path: '/data/e' },
    ]);
    expect(read).toEqual([]);
  });

  test('only a test of labels or annotations tells about them', () => {
    const told = (operation: object) => planJsonPatch([operation]).readsMetadata;
    expect(told({ op: 'test', path: '/labels/a', value: 'x' })).toBe(true);
    expect(told({ op: 'test', path: '/annotations/a', value: 'x' })).toBe(true);
    expect(told({ op: 'test', path: '/data/a', value: 'eA==' })).toBe(false);
    expect(told({ op: 'replace', path: '/labels/a', value: 'x' })).toBe(false);
  });

  test('a renamed key that is tested counts as read under its old name too', () => {
    const { read } = planJsonPatch([
      { op: 'move', from: '/data/a', path: '/data/b' },
      { op: 'move', from: '/data/b', path: '/data/c' },
      { op: 'test', path: '/stringData/c', value: 'guess' },
    ]);
    expect(read).toEqual(['a', 'b', 'c']);
  });

  test('a key removed and added again is not removed', () => {
    const plan = planJsonPatch([
      { op: 'remove', path: '/data/a' },
      { op: 'add', path: '/stringData/a', value: 'x' },
    ]);
    expect([plan.removed, [...plan.set.keys()]]).toEqual([[], ['a']]);
  });

  test('a value that the patch gives and moves is known at its new place alone', () => {
    const { set } = planJsonPatch([
      { op: 'add', path: '/stringData/a', value: 'x' },
      { op: 'move', from: '/data/a', path: '/data/b' },
    ]);
    expect([...set].map(([key, value]) => [key, value.revealText()])).toEqual([['b', 'x']]);
  });

  test.each([
    ['the whole map', '/data'],
    ['the whole Secret', ''],
    ['deeper places', '/data/a/b'],
    ['other members', '/type/x'],
    ["Kubernetes' own paths", '/metadata/labels/a'],
    ['what is no pointer', 'data/a'],
    ['wrong escapes', '/data/~2'],
    ['keys that Kubernetes refuses', '/data/..'],
    ['label keys that Kubernetes refuses', '/labels/a~1b~1c'],
  ])('refuses a path to %s', (_title, path) => {
    expect(places({ op: 'remove', path })).toEqual(['/0/path']);
  });

  test('refuses an annotation that is not shown, as target and as source', () => {
    const hidden = `/annotations/${lastApplied.replace('/', '~1')}`;
    expect(places({ op: 'test', path: hidden, value: marker })).toEqual(['/0/path']);
    expect(places({ op: 'copy', from: hidden, path: '/annotations/a' })).toEqual(['/0/from']);
  });

  test.each(['copy', 'move'])('%s carries no value into metadata, nor back', (op) => {
    expect(places({ op, from: '/data/a', path: '/annotations/a' })).toEqual(['/0/from']);
    expect(places({ op, from: '/labels/a', path: '/data/a' })).toEqual(['/0/from']);
  });

  test('reports every broken operation at its place and quotes no value', () => {
    expect(
      places(
        { op: 'merge', path: '/data/a' },
        { op: 'add', path: '/data/a', value: marker + '!' },
        { op: 'add', path: '/data/a' },
        { op: 'test', path: '/stringData/a', value: null },
        { op: 'remove', path: '/data/a', value: marker },
        { op: 'add', path: '/labels/a', value: `-${marker}` },
        { op: 'copy', path: '/data/a' },
        null,
      ),
    ).toEqual([
      '/0/op',
      '/1/value',
      '/2/value',
      '/3/value',
      '/4/value',
      '/5/value',
      '/6/from',
      '/7',
    ]);
  });

  test('bounds what it gives, but not what it tests and replaces together', () => {
    const value = 'x'.repeat(600 * 1024);
    const operation = (op: string, key: string) => ({ op, path: `/stringData/${key}`, value });
    planJsonPatch([operation('test', 'a'), operation('replace', 'a')]);
    const both = [operation('add', 'a'), operation('add', 'b')];
    expect(refusal(() => planJsonPatch(both)).code).toBe('TooLarge');
  });

  test('bounds the operations, as the API server does', () => {
    const many = Array.from({ length: 10_001 }, () => ({ op: 'remove', path: '/data/a' }));
    expect(refusal(() => planJsonPatch(many)).code).toBe('TooLarge');
  });

  test('refuses what is no array', () => {
    expect(refusal(() => planJsonPatch({})).code).toBe('Invalid');
  });
});

test('creates a missing map only under guard, in front of the patch', () => {
  const { patch, maps } = planJsonPatch([{ op: 'add', path: '/labels/a', value: 'x' }]);
  expect(withMapsCreated(patch, maps).operations).toEqual([
    { op: 'test', path: '/metadata/labels', value: null },
    { op: 'add', path: '/metadata/labels', value: {} },
    { op: 'add', path: '/metadata/labels/a', value: 'x' },
  ]);
});
