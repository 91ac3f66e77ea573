import { describe, expect, it } from 'vitest';
import type { KubeVerb } from '../../../../../src/secrets/domain/forward/forwarded.js';
import { sentKeys } from '../../../../../src/secrets/domain/forward/sent-keys.js';

function keysOf(body: unknown, contentType = 'application/json', verb: KubeVerb = 'patch') {
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  const place = { method: 'PATCH', path: [], query: [], accept: '' } as const;
  const raw = { ...place, contentType, body: bytes };
  return sentKeys({ verb, namespace: 'pay', name: 'db', raw });
}

const jsonPatch = 'application/json-patch+json';

describe('the keys that a write sends', () => {
  it.each([
    ['of an object', { data: { b: 'eA==', a: 'eA==' }, stringData: { a: 'x' } }, ['a', 'b']],
    ['of a merge, also those that go', { data: { a: null } }, ['a']],
    ['none of what is about something else', { metadata: { labels: { a: 'b' } } }, []],
    ['none of odd members', { data: ['a'], stringData: 'b' }, []],
  ])('are those %s', (_title, body, keys) => {
    expect(keysOf(body)).toEqual(keys);
  });

  it('are those that a JSON patch writes, moves or tests', () => {
    const patch = [
      { op: 'add', path: '/data/b', value: 'eA==' },
      { op: 'move', from: '/data/a', path: '/data/c' },
      { op: 'add', path: '/metadata/labels/d', value: 'e' },
    ];
    expect(keysOf(patch, jsonPatch)).toEqual(['a', 'b', 'c']);
  });

  it('are those of an applied configuration, which kubectl writes as JSON', () => {
    expect(keysOf({ data: { a: 'eA==' } }, 'application/apply-patch+yaml')).toEqual(['a']);
  });

  it.each([
    ['a body that is not read here', 'data: { a: eA== }', 'application/yaml', 'update'],
    ['data as a whole that goes', { data: null }, undefined, 'patch'],
    ['a directive for the whole', { data: { $patch: 'replace', a: 'b' } }, undefined, 'patch'],
    ['a JSON patch of the whole', [{ op: 'remove', path: '/data' }], jsonPatch, 'patch'],
    ['a copy of the whole', [{ op: 'copy', from: '', path: '/x' }], jsonPatch, 'patch'],
    ['a JSON patch that is none', { data: {} }, jsonPatch, 'patch'],
  ] as const)('are all of them for %s', (_title, body, contentType, verb) => {
    expect(keysOf(body, contentType, verb)).toBe('all');
  });

  it('are none of a delete', () => {
    expect(keysOf({ data: { a: 'b' } }, undefined, 'delete')).toEqual([]);
  });
});
