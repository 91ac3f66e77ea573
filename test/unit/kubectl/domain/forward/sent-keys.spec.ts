import { describe, expect, it } from 'vitest';
import type { KubeVerb } from '../../../../../src/kubectl/domain/forward/forwarded.js';
import { sentKeys } from '../../../../../src/kubectl/domain/forward/sent-keys.js';

function keysOf(document: unknown, contentType = 'application/json', verb: KubeVerb = 'patch') {
  const place = { path: [], query: [], accept: '' } as const;
  const method = verb === 'patch' ? 'PATCH' : 'PUT';
  return sentKeys({ verb, raw: { ...place, method, contentType } }, document);
}

const jsonPatch = 'application/json-patch+json';
const apply = 'application/apply-patch+yaml';
const any = { names: [], others: 'any' };

describe('the keys that a write sends', () => {
  it.each([
    ['of an object', { data: { b: 'eA==', a: 'eA==' }, stringData: { a: 'x' } }, ['a', 'b']],
    ['of a merge, also those that go', { data: { a: null } }, ['a']],
    ['none of what is about something else', { metadata: { labels: { a: 'b' } } }, []],
  ])('are those %s', (_title, document, names) => {
    expect(keysOf(document)).toEqual({ names, others: 'none' });
    expect(keysOf(document, undefined, 'create')).toEqual({ names, others: 'none' });
  });

  it('are those that a JSON patch writes, moves or tests', () => {
    const patch = [
      { op: 'add', path: '/data/b', value: 'eA==' },
      { op: 'move', from: '/data/a', path: '/stringData/c' },
      { op: 'add', path: '/metadata/labels/data', value: 'e' },
      { op: 'add', path: '/data/d/e', value: 'f' },
    ];
    expect(keysOf(patch, jsonPatch)).toEqual({ names: ['a', 'b', 'c', 'd'], others: 'none' });
  });

  it.each([
    ['an update', undefined, 'update'],
    ['an applied configuration, which kubectl writes as JSON', apply, 'patch'],
  ] as const)('are those of %s, and those that go with it', (_title, contentType, verb) => {
    const document = { data: { a: 'eA==' } };
    expect(keysOf(document, contentType, verb)).toEqual({ names: ['a'], others: 'gone' });
  });

  it.each([
    ['a body that is not read here', undefined, 'application/yaml', 'update'],
    ['data as a whole that goes', { data: null }, undefined, 'patch'],
    ['data that is none', { data: ['a'] }, undefined, 'patch'],
    ['values that are none', { stringData: 'a' }, undefined, 'patch'],
    ['a directive for data', { data: { $patch: 'replace', a: 'b' } }, undefined, 'patch'],
    ['a directive for the whole', { $patch: 'replace', data: { a: 'b' } }, undefined, 'patch'],
    ['what is to stay', { $retainKeys: ['metadata'], metadata: {} }, undefined, 'patch'],
    ['a JSON patch of the whole', [{ op: 'remove', path: '/data' }], jsonPatch, 'patch'],
    ['a JSON patch of no key', [{ op: 'remove', path: '/data/' }], jsonPatch, 'patch'],
    ['a member without a name', [{ op: 'remove', path: '/' }], jsonPatch, 'patch'],
    ['a copy of the whole', [{ op: 'copy', from: '', path: '/x' }], jsonPatch, 'patch'],
    ['a pointer that is none', [{ op: 'remove', path: 5 }], jsonPatch, 'patch'],
    ['a pointer without a slash', [{ op: 'remove', path: 'x/data/a' }], jsonPatch, 'patch'],
    ['a JSON patch that is none', { data: {} }, jsonPatch, 'patch'],
  ] as const)('may be any for %s', (_title, document, contentType, verb) => {
    expect(keysOf(document, contentType, verb)).toEqual(any);
  });

  it('are none of a delete', () => {
    expect(keysOf({ data: { a: 'b' } }, undefined, 'delete')).toEqual({
      names: [],
      others: 'none',
    });
  });
});
