import { describe, expect, it } from 'vitest';
import {
  asDryRun,
  checkedSecret,
  subjectsAfter,
  withWarnings,
} from '../../../../../src/kubectl/domain/forward/checked-state.js';
import type { KubeVerb } from '../../../../../src/kubectl/domain/forward/forwarded.js';
import { rawRequest } from '../../facade.builder.js';

const before = { namespace: 'pay', type: 'Opaque', labels: { a: '1' } };
const labelled = { metadata: { labels: { 'sallyport.dev/schema': 'tls' } }, type: 'example.com/x' };
const named = { namespace: 'pay', type: 'example.com/x', labels: labelled.metadata.labels };

function subjects(verb: KubeVerb, document: unknown, contentType?: string) {
  const method = verb === 'patch' ? 'PATCH' : 'PUT';
  const raw = rawRequest([], { method, ...(contentType !== undefined && { contentType }) });
  return subjectsAfter({ verb, namespace: 'pay', name: 'db', raw, document }, before);
}

describe('the subjects of a write', () => {
  const apply = 'application/apply-patch+yaml';
  const json = 'application/json-patch+json';
  const merge = 'application/merge-patch+json';
  it.each([
    ['create', labelled, undefined, [named]],
    ['create', {}, undefined, [{ namespace: 'pay', type: 'Opaque', labels: {} }]],
    ['create', undefined, undefined, undefined],
    ['update', labelled, undefined, [named]],
    ['patch', labelled, apply, [named, before]],
    ['patch', { data: { password: 'eA==' } }, merge, [before]],
    ['patch', { metadata: { labels: null } }, merge, undefined],
    ['patch', [{ op: 'add', path: '/data/x', value: '' }], json, [before]],
    ['patch', [{ op: 'remove', path: '/metadata/labels/a' }], json, undefined],
    ['patch', [{ op: 'move', from: '/x', path: '/metadata/labels' }], json, undefined],
    ['patch', undefined, merge, undefined],
  ] as const)('%s of %j as %s', (verb, document, contentType, expected) => {
    expect(subjects(verb, document, contentType)).toEqual(expected);
  });
});

it.each(['application/apply-patch+yaml', 'application/merge-patch+json'])(
  'are not known for %s to a Secret that is not',
  (contentType) => {
    const raw = rawRequest([], { method: 'PATCH', contentType });
    const write = { verb: 'patch', namespace: 'pay', name: 'db', raw, document: {} } as const;
    expect(subjectsAfter(write, undefined)).toBeUndefined();
  },
);

it('makes a dry run of the same bytes, whatever form was requested', () => {
  const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io';
  const query = [
    ['fieldManager', 'me'],
    ['dryRun', 'All'],
    ['pretty', 'true'],
  ] as const;
  const body = Buffer.from('x');
  expect(asDryRun(rawRequest([], { method: 'PATCH', accept, query, body }))).toMatchObject({
    accept: 'application/json',
    query: [
      ['fieldManager', 'me'],
      ['dryRun', 'All'],
    ],
    body,
  });
});

describe('the answer of a dry run', () => {
  it('is the state that is checked', () => {
    const metadata = { namespace: 'pay', name: 'db', labels: { a: '1' } };
    const secret = checkedSecret({ kind: 'Secret', metadata, data: { password: 'cHc=' } });
    expect(secret).toMatchObject({ ...metadata, type: 'Opaque', annotations: {} });
    expect(secret.data.get('password')?.revealText()).toBe('pw');
  });

  it.each([
    { kind: 'Status' },
    { kind: 'Secret', metadata: {} },
    { kind: 'Secret', metadata: { namespace: 'a', name: 'b' }, data: { x: '%' } },
  ])('must be a Secret: %j', (document) => {
    expect(() => checkedSecret(document)).toThrow('the cluster gave an unexpected answer');
  });
});

it('adds warnings to those of the API server', () => {
  const answer = { status: 200, headers: { warning: '299 - "old"' }, body: Buffer.alloc(0) };
  expect(withWarnings(answer, ['a "b"']).headers).toEqual({
    warning: '299 - "old", 299 - "a \\"b\\""',
  });
  expect(withWarnings(answer, [])).toBe(answer);
});
