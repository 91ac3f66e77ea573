import { describe, expect, it } from 'vitest';
import {
  consumersOf,
  revokedSpec,
  stateOf,
  copyViewOf,
} from '../../../../src/shares/domain/share-view.js';
import { aShare, anImport } from './sharing.builder.js';

const nowMs = Date.UTC(2026, 10, 30);

describe('a share is', () => {
  it.each([
    ['Active', null, aShare(), undefined],
    ['Suspended', 'AuthorLostRight', aShare(), { reason: 'AuthorForbidden' }],
    ['Suspended', 'AuthorGone', aShare(), { reason: 'AuthorGone' }],
    ['Suspended', '/keys: Too small: expected array to have >=1 items', aShare({ keys: [] })],
    ['Expired', 'Expired', aShare({ expiresAt: '2026-11-29T00:00:00Z' }), undefined],
    ['Revoked', 'Revoked', aShare({ revoked: true }), { reason: 'AuthorGone' }],
    ['Revoked', 'Revoked', aShare({}, { isBeingDeleted: true }), undefined],
  ])('%s: %s', (state, reason, share, problem?: { reason: string }) => {
    expect(stateOf(share, problem, nowMs)).toEqual({ state, reason });
  });
});

it('the consumers of a share are those that have read it, with their imports', () => {
  const pins = {
    consumers: {
      web: { namespaceUID: 'w', sinceMs: nowMs, lastReadMs: nowMs + 1_000, version: 3 },
      shop: { namespaceUID: 's', sinceMs: 0 },
    },
  };
  const imports = ['shop', 'blog', 'shop'].map((namespace) => ({ namespace }));
  expect(consumersOf(pins, imports)).toEqual([
    {
      namespace: 'shop',
      namespaceUID: 's',
      since: '1970-01-01T00:00:00.000Z',
      lastRead: null,
      version: null,
      imports: 2,
    },
    {
      namespace: 'web',
      namespaceUID: 'w',
      since: '2026-11-30T00:00:00.000Z',
      lastRead: '2026-11-30T00:00:01.000Z',
      version: 3,
      imports: 0,
    },
  ]);
});

it('a revocation ends a share for one namespace, or for all', () => {
  const { spec } = aShare({ to: [{ namespace: 'shop' }, { namespace: 'web' }] });
  if (spec === undefined) throw new Error('the spec is valid');
  expect(revokedSpec(spec, 'shop').to.map(({ revoked }) => revoked)).toEqual([true, false]);
  expect(revokedSpec(spec, 'shop').revoked).toBe(false);
  expect(revokedSpec(spec, undefined).revoked).toBe(true);
});

describe('the copy of an import', () => {
  const target = { target: { secretName: 'db' } };
  const conditions = [{ type: 'Ready', status: 'False', reason: 'Drifted', message: 'set repair' }];

  it('stands as the gateway has written it into the status', () => {
    const status = { version: 2, deliveredTime: '2026-01-01T00:00:00.000Z', conditions };
    expect(copyViewOf(anImport(target, { status }))).toEqual({
      ...{ reason: 'Drifted', message: 'set repair' },
      ...{ version: 2, deliveredAt: '2026-01-01T00:00:00.000Z' },
    });
    const never = { conditions };
    expect(copyViewOf(anImport(target, { status: never }))).toMatchObject({
      ...{ version: null, deliveredAt: null },
    });
  });

  it('is none without a target, and before the first look', () => {
    expect(copyViewOf(anImport({}, { status: { conditions } }))).toBeNull();
    expect(copyViewOf(anImport(target))).toBeNull();
  });
});
