import { expect, it } from 'vitest';
import { grantFacts, toTokenView } from '../../../../src/tokens/domain/token-view.js';
import { alice, job, tokenRecord } from './token.builder.js';

it('shows whose a token is and what it is for, and nothing of the token', () => {
  const record = tokenRecord({ subject: job, scope: { keys: ['a'] }, lastUsedAtMs: 1_000 });
  expect(toTokenView(record)).toEqual({
    id: 'A'.repeat(16),
    description: 'a test',
    owner: 'alice',
    actsAs: 'system:serviceaccount:pay:job',
    scope: { namespaces: null, secrets: null, keys: ['a'], actions: null, cidrs: null },
    createdAt: '1970-01-01T00:00:00.000Z',
    expiresAt: '1970-01-01T00:01:00.000Z',
    lastUsedAt: '1970-01-01T00:00:01.000Z',
  });
  expect(toTokenView(tokenRecord())).toMatchObject({ lastUsedAt: null });
});

it('is on record with whom it acts as, his groups where they are known, and until when', () => {
  const view = { actsAs: 'alice', expiresAt: '1970-01-01T00:01:00.000Z' };
  expect(grantFacts(view, alice)).toEqual({ ...view, groups: ['dev'] });
  expect(grantFacts(view, job)).toEqual({ ...view, groups: [] });
  expect(grantFacts(view, undefined)).toEqual({ ...view, groups: [] });
});
