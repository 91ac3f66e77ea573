import { describe, expect, it } from 'vitest';

import { differences } from './comparison.js';
import { Normaliser } from './normaliser.js';
import type { Entry } from './session.js';

const uid = '0b8f7f5e-3f3c-4d4f-9d3b-6a6f5c1f2a10';
const entry = (body: unknown, status = 200): Entry => ({
  step: 'GET /x',
  status,
  headers: {},
  body,
});
const normalised = (body: unknown): unknown => new Normaliser({ 'c-one-a': '<ns>' }).value(body);

describe('the comparison of transcripts', () => {
  it('names each place that differs', () => {
    const real = [entry({ a: { b: 1, same: [1, { c: 2 }] }, gone: null })];
    const sandbox = [entry({ a: { b: '1', same: [1, { c: 3 }] }, more: 1 })];
    expect(differences(real, sandbox).map(({ at }) => at)).toEqual([
      'body.a.b',
      'body.a.same.1.c',
      'body.gone',
      'body.more',
    ]);
  });

  it('says no more than the two answers where the statuses differ', () => {
    const found = differences([entry({ kind: 'Secret' })], [entry({ message: 'no' }, 403)]);
    expect(found).toEqual([
      { index: 0, step: 'GET /x', at: 'status', real: '200', sandbox: '403 no' },
    ]);
  });

  it('misses no step that only one server took', () => {
    expect(differences([entry(1), entry(2)], [entry(1)])).toMatchObject([
      { index: 1, real: '200', sandbox: 'nothing' },
    ]);
  });
});

describe('normalisation', () => {
  it('replaces what varies and keeps what is equal recognisable', () => {
    const metadata = { name: 'a', namespace: 'c-one-a', uid, resourceVersion: '7' };
    const later = { ...metadata, resourceVersion: '9', creationTimestamp: '2026-01-01T00:00:00Z' };
    expect(normalised([{ metadata }, { metadata: later }, { metadata }])).toEqual([
      {
        metadata: { name: 'a', namespace: '<ns>', uid: '<uid 1>', resourceVersion: '<version 1>' },
      },
      {
        metadata: {
          name: 'a',
          namespace: '<ns>',
          uid: '<uid 1>',
          resourceVersion: '<version 2>',
          creationTimestamp: '<time>',
        },
      },
      {
        metadata: { name: 'a', namespace: '<ns>', uid: '<uid 1>', resourceVersion: '<version 1>' },
      },
    ]);
  });

  it('keeps words, numbers, order and absence', () => {
    const body = { message: 'secrets "a" not found', code: 404, items: ['b', 'a'], none: null };
    expect(normalised(body)).toEqual(body);
    expect(normalised({ metadata: { resourceVersion: '0' } })).toEqual({
      metadata: { resourceVersion: '0' },
    });
  });

  it('keeps microseconds apart from seconds', () => {
    expect(normalised(['2026-01-01T00:00:00.000001Z', '2026-01-01T00:00:00Z'])).toEqual([
      '<microtime>',
      '<time>',
    ]);
  });
});
