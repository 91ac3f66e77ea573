import { describe, expect, it } from 'vitest';
import {
  carriesValues,
  readsValues,
} from '../../../../../src/kubectl/domain/forward/json-patch-reads.js';

describe('a JSON patch', () => {
  it.each([
    ['copies a value', [{ op: 'copy', from: '/data/a', path: '/metadata/annotations/a' }]],
    ['moves a value', [{ op: 'move', from: '/stringData/a', path: '/type' }]],
    ['compares one', [{ op: 'test', path: '/data/a', value: 'eA==' }]],
    ['copies all of them', [{ op: 'copy', from: '/data', path: '/metadata/labels' }]],
    ['copies the whole', [{ op: 'copy', from: '', path: '/x' }]],
    ['copies what holds an annotation', [{ op: 'copy', from: '/metadata', path: '/x' }]],
    ['copies an annotation', [{ op: 'copy', from: '/metadata/annotations/a', path: '/type' }]],
    ['copies names of keys', [{ op: 'copy', from: '/metadata/managedFields/0', path: '/type' }]],
    [
      'does so behind something else',
      [
        { op: 'add', path: '/x', value: 1 },
        { op: 'copy', from: '/data/a', path: '/b' },
      ],
    ],
    ['names no place', [{ op: 'copy', path: '/x' }]],
    ['is of an operation that is not known', [{ op: 'COPY', from: '/data/a', path: '/x' }]],
    ['is no list', { op: 'copy' }],
    ['is none of operations', ['copy']],
  ])('reads values where it %s', (_title, body) => {
    expect(readsValues(body)).toBe(true);
  });

  it.each([
    ['adds', [{ op: 'add', path: '/data/a', value: 'eA==' }]],
    ['replaces', [{ op: 'replace', path: '/data/a', value: 'eA==' }]],
    ['removes', [{ op: 'remove', path: '/data/a' }]],
    ['compares a label', [{ op: 'test', path: '/metadata/labels/a', value: 'b' }]],
    ['compares the version', [{ op: 'test', path: '/metadata/resourceVersion', value: '1' }]],
    ['copies something else', [{ op: 'copy', from: '/metadata/labels/a', path: '/x' }]],
  ])('reads none where it %s', (_title, body) => {
    expect(readsValues(body)).toBe(false);
  });
});

describe('a JSON patch carries values', () => {
  it.each([
    ['that it moves', [{ op: 'move', from: '/data/a', path: '/data/b' }], true],
    ['that it copies', [{ op: 'copy', from: '/data/a', path: '/data/b' }], true],
    ['if it is no list', { op: 'move' }, true],
    ['but not if it compares one', [{ op: 'test', path: '/data/a', value: 'eA==' }], false],
    ['but not if it gives one', [{ op: 'add', path: '/data/a', value: 'eA==' }], false],
    [
      'but not if it moves a label',
      [{ op: 'move', from: '/metadata/labels/a', path: '/metadata/labels/b' }],
      false,
    ],
  ])('%s', (_title, body, isCarrying) => {
    expect(carriesValues(body)).toBe(isCarrying);
  });
});
