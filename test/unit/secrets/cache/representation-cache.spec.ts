import { describe, expect, it } from 'vitest';
import { RepresentationCache } from '../../../../src/secrets/cache/representation-cache.js';
import type { CachedSecret } from '../../../../src/secrets/domain/cache/cached-secret.js';
import { cachedSecret } from '../domain/cache/cached-secret.builder.js';

const text = { id: 'text', sizeBytes: (content: string) => content.length };
const other = { ...text, id: 'other' };
const third = { ...text, id: 'third' };
const authored = { isUnauthored: false, asOf: 0 };

function keepUnauthored(
  renditions: RepresentationCache,
  state: CachedSecret,
  content: string,
): void {
  const asOf = renditions.attributions;
  renditions.keep(state, text, content, { isUnauthored: true, asOf });
}

describe('what was made of a state', () => {
  it('is found by the state and by how it was made', () => {
    const renditions = new RepresentationCache();
    const [state, again] = [cachedSecret(), cachedSecret()];
    renditions.keep(state, text, 'one', authored);
    renditions.keep(state, other, 'two', authored);
    renditions.keep(state, other, 'three', authored);
    expect([renditions.get(state, text), renditions.get(state, other)]).toEqual(['one', 'three']);
    expect(renditions.get(again, text)).toBeUndefined();
  });

  it('is forgotten with the state, and not kept afterwards', () => {
    const renditions = new RepresentationCache();
    const state = cachedSecret();
    renditions.keep(state, text, 'one', authored);
    renditions.keep(state, other, 'two', authored);
    renditions.drop(state);
    renditions.keep(state, text, 'late', authored);
    expect(renditions.get(state, text)).toBeUndefined();
    expect(renditions.sizeBytes).toBe(0);
  });

  it('goes where there is no room, that which was used least recently first', () => {
    const renditions = new RepresentationCache({ bytesMax: 3_000 });
    const [a, b, c] = ['a', 'b', 'c'].map((name) => cachedSecret({ name }));
    if (a === undefined || b === undefined || c === undefined) throw new Error('no states');
    for (const state of [a, b]) renditions.keep(state, text, 'x'.repeat(1_000), authored);
    renditions.get(a, text);
    renditions.keep(c, text, 'x'.repeat(1_000), authored);
    const isKept = [a, b, c].map((state) => renditions.get(state, text) !== undefined);
    expect(isKept).toEqual([true, false, true]);
    renditions.keep(b, text, 'x'.repeat(3_000), authored);
    expect(renditions.get(b, text)).toBeUndefined();
    expect(renditions.sizeBytes).toBeLessThanOrEqual(3_000);
  });
});

describe('what shows a version that nobody is known of', () => {
  it('is forgotten once somebody is, of that state alone', () => {
    const renditions = new RepresentationCache();
    const now = cachedSecret({ version: 2 });
    renditions.keep(now, third, 'of no version either', authored);
    keepUnauthored(renditions, now, 'now');
    renditions.keep(now, other, 'without a version', authored);
    renditions.attributed({ uid: now.uid, resourceVersion: '1' });
    expect(renditions.get(now, text)).toBe('now');
    renditions.attributed({ uid: now.uid, resourceVersion: '2' });
    expect(renditions.get(now, text)).toBeUndefined();
    expect(renditions.get(now, other)).toBe('without a version');
    expect(renditions.get(now, third)).toBe('of no version either');
  });

  it('is of one state of a Secret at a time', () => {
    const renditions = new RepresentationCache();
    const [old, now] = [cachedSecret({ version: 1 }), cachedSecret({ version: 2 })];
    keepUnauthored(renditions, old, 'old');
    keepUnauthored(renditions, now, 'now');
    expect(renditions.get(old, text)).toBeUndefined();
    renditions.drop(old);
    renditions.attributed({ uid: now.uid, resourceVersion: '2' });
    expect(renditions.get(now, text)).toBeUndefined();
    expect(renditions.sizeBytes).toBe(0);
  });

  it('is not kept where somebody has become known since history was asked', () => {
    const renditions = new RepresentationCache();
    const state = cachedSecret();
    const asOf = renditions.attributions;
    renditions.attributed(state);
    renditions.keep(state, text, 'too old', { isUnauthored: true, asOf });
    expect(renditions.get(state, text)).toBeUndefined();
  });
});
