import { describe, expect, it } from 'vitest';
import { isEnd } from '../../../../src/shares/domain/share-end.js';
import type { ParsedShare } from '../../../../src/shares/domain/share-spec.js';
import { aShare } from './sharing.builder.js';

const nowMs = Date.parse('2026-12-01T00:00:00Z');
const shop = { namespace: 'shop' };
const web = { namespace: 'web' };
const revoked = aShare({ revoked: true });

const ends: readonly [how: string, before: ParsedShare, after: ParsedShare | undefined][] = [
  ['its deletion', aShare(), undefined],
  ['a deletion that finalizers delay', aShare(), aShare({}, { isBeingDeleted: true })],
  ['its revocation', aShare(), revoked],
  [
    'its revocation for one',
    aShare({ to: [shop, web] }),
    aShare({ to: [{ ...shop, revoked: true }, web] }),
  ],
  ['the removal of a namespace', aShare({ to: [shop, web] }), aShare({ to: [web] })],
  ['an earlier expiry', aShare(), aShare({ expiresAt: '2026-11-30T00:00:00Z' })],
  ['a spec that breaks a rule', aShare(), aShare({ keys: [] })],
  ['its recreation', aShare(), aShare({}, { uid: 'recreated' })],
];

describe('a share ends', () => {
  it.each(ends)('by %s', (_, before, after) => {
    expect(isEnd({ before, after }, nowMs)).toBe(true);
  });
});

const others: readonly [
  what: string,
  before: ParsedShare | undefined,
  after: ParsedShare | undefined,
][] = [
  ['that appears', undefined, aShare()],
  ['whose metadata alone change', aShare(), aShare({}, { resourceVersion: '2' })],
  ['with one more namespace', aShare({ to: [shop] }), aShare({ to: [shop, web] })],
  ['that was revoked before', revoked, undefined],
  ['that had expired before', aShare({ expiresAt: '2026-11-30T00:00:00Z' }), undefined],
];

describe('the end is not', () => {
  it.each(others)('of a share %s', (_, before, after) => {
    expect(isEnd({ before, after }, nowMs)).toBe(false);
  });
});
