import { expect, it } from 'vitest';
import { offerOf } from '../../../../src/shares/domain/offer.js';
import type { ShareSpec } from '../../../../src/shares/domain/share-spec.js';
import { aShare } from './sharing.builder.js';

const offered = (change: Readonly<Record<string, unknown>> = {}, namespace = 'shop') => {
  const share = aShare(change);
  return offerOf(share, share.spec as ShareSpec, namespace); // of a valid share
};

it('an offer shows what an import needs, and never the name of the Secret', () => {
  expect(offered()).toEqual({
    from: { namespace: 'pay', share: 'db-for-shop' },
    keys: ['password'],
    expiresAt: null,
    delivery: ['live'],
    subjects: 'All',
  });
  const expiresAt = '2099-01-01T00:00:00Z';
  expect(offered({ expiresAt, delivery: ['live', 'copy'] })).toMatchObject({
    expiresAt,
    delivery: ['live', 'copy'],
  });
});

it('an offer shows whether its own namespace has named subjects, and not which', () => {
  const subjects = [{ kind: 'User', name: 'jane' }];
  const to = [{ namespace: 'shop', subjects }, { namespace: 'web' }];
  expect(offered({ to }).subjects).toBe('Named');
  expect(offered({ to }, 'web').subjects).toBe('All');
  expect(JSON.stringify(offered({ to }))).not.toMatch(/jane|web/);
});
