import { describe, expect, it } from 'vitest';
import { sentDocument } from '../../../../../src/kubectl/domain/forward/sent-document.js';

function sent(body: unknown, contentType?: string, method: 'PATCH' | 'DELETE' = 'PATCH'): unknown {
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  const place = { method, path: [], query: [], accept: '' };
  return sentDocument({ ...place, ...(contentType && { contentType }), body: bytes });
}

const jsonPatch = 'application/json-patch+json';
const document = { metadata: { name: 'db' }, data: { a: 'eA==' } };

describe('what a write sends', () => {
  it.each([
    undefined,
    'application/json',
    'application/merge-patch+json',
    'application/apply-patch+yaml',
    'application/yaml',
  ])('is read where it is JSON, also under %s', (contentType) => {
    expect(sent(document, contentType)).toEqual(document);
  });

  it.each([
    ['YAML', 'data: { a: eA== }', 'application/yaml'],
    ['a member given twice', '{"data":{"a":"eA=="},"data":{"b":"eA=="}}', 'application/json'],
    ['one whose spelling is escaped', '{"data":{},"d\\u0061ta":{}}', 'application/json'],
    ['a byte order mark', '\ufeff{"data":{}}', 'application/apply-patch+yaml'],
    ['protobuf', '{}', 'application/vnd.kubernetes.protobuf'],
    ['the name that JSON.parse loses', '{"__proto__":{}}', 'application/json'],
  ])('is not known of %s', (_title, body, contentType) => {
    expect(sent(body, contentType)).toBeUndefined();
  });

  it('is of a delete something else', () => {
    expect(sent(document, 'application/json', 'DELETE')).toBeUndefined();
  });
});

describe('a JSON patch', () => {
  it('is read with pointers that are empty or begin with a slash', () => {
    const patch = [
      { op: 'test', path: '', value: {} },
      { op: 'copy', from: '/data/a', path: '/data/b' },
      { op: 'remove' },
      { op: 'remove', path: 5 },
    ];
    expect(sent(patch, jsonPatch)).toEqual(patch);
  });

  it.each([
    ['a path', [{ op: 'add', path: 'x/data/k', value: 'eA==' }]],
    ['a source', [{ op: 'copy', from: 'x/data/k', path: '/metadata/annotations/a' }]],
    ['a path without a slash', [{ op: 'remove', path: 'data' }]],
    ['a path that begins with white space', [{ op: 'remove', path: ' /data' }]],
  ])('is refused with %s that the API server takes for another', (_title, patch) => {
    expect(() => sent(patch, jsonPatch)).toThrow('begins with /');
  });

  it.each([
    ['no JSON', '[', 'not valid JSON'],
    ['no list', '{}', 'list of operations'],
    ['a member given twice', '[{"op":"add","op":"copy","path":"/a"}]', 'given twice'],
  ])('is refused with %s', (_title, body, sentence) => {
    expect(() => sent(body, jsonPatch)).toThrow(sentence);
  });
});
