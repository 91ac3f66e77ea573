import { expect, it } from 'vitest';
import { countByState } from '../../../../src/shares/domain/share-measures.js';
import { aShare } from './sharing.builder.js';

const nowMs = Date.parse('2026-12-01T00:00:00Z');

it('counts shares by state, with the states that no share has', () => {
  expect(countByState([], nowMs)).toEqual({ Active: 0, Suspended: 0, Expired: 0, Revoked: 0 });
  const shares = [
    aShare(),
    aShare({ expiresAt: '2026-12-01T00:00:01Z' }),
    aShare({ expiresAt: '2026-12-01T00:00:00Z' }),
    aShare({ revoked: true }),
    aShare({}, { isBeingDeleted: true }),
    aShare({ keys: [] }),
  ];
  expect(countByState(shares, nowMs)).toEqual({ Active: 2, Suspended: 1, Expired: 1, Revoked: 2 });
});
