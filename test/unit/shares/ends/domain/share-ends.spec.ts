import { describe, expect, it } from 'vitest';
import { endOfAll, endsOf } from '../../../../../src/shares/ends/domain/share-ends.js';

const pins = { consumers: { shop: { namespaceUID: 'u', sinceMs: 0 } } };
const to = [{ namespace: 'shop', revoked: false }];
const spec = { onRevoke: 'rotate', to } as const;
const revoked = { ...spec, to: [{ namespace: 'shop', revoked: true }] };

describe('a share rotates its Secret', () => {
  it('once it is revoked', () => {
    const state = 'Revoked';
    expect(endsOf('s', { ...spec, to: [...to] }, { state, pins })).toEqual([endOfAll('s')]);
  });

  it('once for each time at which it expires', () => {
    const expired = (expiresAt: string) =>
      endsOf('s', { ...spec, to: [...to], expiresAt }, { state: 'Expired', pins });
    const [first] = expired('2026-01-01T00:00:00Z');
    const [moved] = expired('2026-01-02T00:00:00Z');
    expect(first?.name).toBe('expired 2026-01-01T00:00:00Z');
    expect(first?.runId).not.toBe(moved?.runId);
  });

  it('once it is revoked for a consumer that had the values', () => {
    const [end, ...others] = endsOf('s', revoked, { state: 'Active', pins });
    expect(end?.name).toBe('revoked shop');
    expect(end?.runId).not.toBe(endOfAll('s').runId);
    expect(others).toEqual([]);
  });

  it('once a consumer that had the values is removed from it', () => {
    const without = { ...spec, to: [] };
    const [end, ...others] = endsOf('s', without, { state: 'Active', pins });
    expect([end?.name, others]).toEqual(['removed shop', []]);
    const ended = { consumers: { shop: { namespaceUID: 'u', sinceMs: 0, revoked: true } } };
    expect(endsOf('s', without, { state: 'Active', pins: ended })).toEqual([]);
  });

  it('by one run for each end, whoever looks, and however often', () => {
    expect(endOfAll('s').runId).toBe(endOfAll('s').runId);
    expect(endOfAll('t').runId).not.toBe(endOfAll('s').runId);
  });
});

describe('a share rotates nothing', () => {
  it.each([
    ['while it is active', spec, 'Active', pins],
    ['while it is suspended, which can be over', spec, 'Suspended', pins],
    ['if it does not say so', { ...spec, onRevoke: 'none' }, 'Revoked', pins],
    ['if nobody had the values', spec, 'Revoked', { consumers: {} }],
    ['for a consumer that did not have them', revoked, 'Active', { consumers: {} }],
  ] as const)('%s', (_why, given, state, known) => {
    expect(endsOf('s', { ...given, to: [...given.to] }, { state, pins: known })).toEqual([]);
  });
});
