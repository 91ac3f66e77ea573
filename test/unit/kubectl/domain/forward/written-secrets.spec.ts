import { describe, expect, it } from 'vitest';
import { writtenSecrets } from '../../../../../src/kubectl/domain/forward/written-secrets.js';

const ref = { namespace: 'pay', name: 'db' };
const one = { verb: 'patch', ...ref } as const;
const collection = { verb: 'deletecollection', namespace: 'pay', name: '' } as const;
const metadata = { ...ref, uid: 'u1', resourceVersion: '41' };
const deletionTimestamp = '2026-01-01T00:00:00Z';
const held = { finalizers: ['example.com/hold'] };
const wrote = { kind: 'wrote', ref, resourceVersion: '41' };
const removed = { kind: 'removed', ref, uid: 'u1' };

describe('the answer to a write', () => {
  it.each([
    ['a Secret', { kind: 'Secret', metadata }],
    ['its metadata', { kind: 'PartialObjectMetadata', metadata }],
    ['a row about it', { kind: 'Table', rows: [{ cells: [], object: { metadata } }] }],
  ])('says which version there is now, as %s', (_form, document) => {
    expect(writtenSecrets(one, document)).toEqual([wrote]);
    expect(writtenSecrets({ ...one, verb: 'create', name: '' }, document)).toEqual([wrote]);
  });

  it('says that a Secret is gone', () => {
    const details = { name: 'db', kind: 'secrets', uid: 'u1' };
    const status = { kind: 'Status', status: 'Success', details };
    expect(writtenSecrets({ ...one, verb: 'delete' }, status)).toEqual([removed]);
    expect(writtenSecrets({ ...one, verb: 'delete' }, { kind: 'Status' })).toEqual([
      { ...removed, uid: undefined },
    ]);
  });

  it('says so, too, where an update takes away what held it', () => {
    const ended = { kind: 'Secret', metadata: { ...metadata, deletionTimestamp } };
    expect(writtenSecrets(one, ended)).toEqual([removed]);
    const holding = { kind: 'Secret', metadata: { ...metadata, deletionTimestamp, ...held } };
    expect(writtenSecrets(one, holding)).toEqual([wrote]);
    expect(writtenSecrets({ ...one, verb: 'delete' }, holding)).toEqual([wrote]);
  });

  it('names all Secrets of a collection that are gone, but those that are held', () => {
    const other = { ...metadata, name: 'queue', uid: 'u2', ...held };
    const items = [{ metadata }, { metadata: other }];
    expect(writtenSecrets(collection, { kind: 'SecretList', items })).toEqual([removed]);
    const rows = items.map((object) => ({ cells: [], object }));
    expect(writtenSecrets(collection, { kind: 'Table', rows })).toEqual([removed]);
  });

  it.each([
    ['nothing', undefined],
    ['no object', 'text'],
    ['a Status', { kind: 'Status' }],
    ['a row without its object', { kind: 'Table', rows: [{ cells: ['db'], object: null }] }],
    ['an object without a version', { kind: 'Secret', metadata: ref }],
    ['an object without a name', { kind: 'Secret', metadata: { ...metadata, name: '' } }],
  ])('may say nothing certain: %s', (_what, document) => {
    expect(writtenSecrets(one, document)).toEqual([]);
  });
});
