import { expect, it } from 'vitest';
import type { ForwardedRequest } from '../../../../../src/kubectl/domain/forward/forwarded.js';
import { mayWriteValues } from '../../../../../src/kubectl/domain/forward/value-writes.js';
import { rawRequest } from '../../facade.builder.js';

function isOne(verb: ForwardedRequest['verb'], body: string | object): boolean {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const raw = rawRequest([], { body: Buffer.from(text) });
  return mayWriteValues({ verb, namespace: 'pay', name: 'db', raw });
}

const labels = { metadata: { labels: { a: 'b' } } };

it.each([
  ['update', labels],
  ['patch', { data: { a: 'YQ==' } }],
  ['patch', { ...labels, stringData: {} }],
  ['patch', '{"data":{},"metadata":{}}'],
  ['patch', { $patch: 'replace' }],
  ['patch', 'metadata: { labels: { a: b } }'],
  ['patch', ''],
  ['patch', 'null'],
  ['patch', [{ op: 'add', path: '/data/a', value: 'YQ==' }]],
  ['patch', [{ op: 'move', from: '/data/a', path: '/metadata/annotations/a' }]],
  ['patch', [{ op: 'add', path: 'x/data/a', value: 'YQ==' }]],
  ['patch', [{ op: 'replace', path: '' }]],
  ['patch', [null]],
] as const)('may write values: %s of %j', (verb, body) => {
  expect(isOne(verb, body)).toBe(true);
});

it.each([
  ['create', { data: {} }],
  ['delete', ''],
  ['patch', labels],
  ['patch', { apiVersion: 'v1', kind: 'Secret', ...labels, immutable: true }],
  ['patch', [{ op: 'add', path: '/metadata/labels/a', value: 'b' }]],
  ['patch', []],
] as const)('writes none: %s of %j', (verb, body) => {
  expect(isOne(verb, body)).toBe(false);
});
