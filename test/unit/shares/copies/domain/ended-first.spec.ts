import { expect, it } from 'vitest';
import { endedFirst } from '../../../../../src/shares/copies/domain/ended-first.js';
import { aShare, anImport } from '../../domain/sharing.builder.js';
import { aRecord } from './copy.builder.js';

const nowMs = Date.UTC(2026, 10, 30);
const target = { secretName: 'pay-db' };
const imported = anImport({ target });
const share = aShare({ delivery: ['copy'] });
const copy = { uid: imported.object.uid, record: aRecord(), imported, share };

const ended = (change: Partial<typeof copy> | object) =>
  endedFirst([{ ...copy, ...change }], nowMs).ended.length === 1;

it('a copy that is still granted is none of those that end first', () => {
  expect(endedFirst([copy], nowMs)).toEqual({ ended: [], others: [copy] });
});

it.each([
  ['its import was deleted', { imported: undefined }],
  ['its import was recreated', { uid: 'another' }],
  ['its import has no target any more', { imported: anImport() }],
  ['its share was deleted', { share: undefined }],
  [
    'its share expired',
    { share: aShare({ delivery: ['copy'], expiresAt: '2026-11-29T00:00:00Z' }) },
  ],
  ['its share was revoked', { share: aShare({ delivery: ['copy'], revoked: true }) }],
  ['its share does not deliver copies any more', { share: aShare() }],
])('a copy ends first if %s', (_why, change) => {
  expect(ended(change)).toBe(true);
});

it('a copy of which nothing is there any more does not end again', () => {
  expect(ended({ share: undefined, record: aRecord({ keys: [] }) })).toBe(false);
});

it('each copy is in one of both parts, in the order in which it was given', () => {
  const [first, over, last] = [{ ...copy }, { ...copy, share: undefined }, { ...copy }];
  expect(endedFirst([first, over, last], nowMs)).toEqual({ ended: [over], others: [first, last] });
});
