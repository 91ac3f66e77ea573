import { expect, it } from 'vitest';
import { syncLimits } from '../../../../src/core/sync-limits.js';
import {
  isMarkOf,
  markText,
  originOf,
  originsIn,
  readMark,
} from '../../../../src/sync/domain/remote-mark.js';

const mark = {
  clusterUid: '8b1f5d0e-2f0c-4c9f-9a57-0e3f6a4b1c2d',
  namespaceUid: 'ns-1',
  syncUid: 'sync-1',
};

const place = { clusterUid: 'cluster', namespaceUid: 'ns', secretName: 'db' };

it('reads the mark that it writes', () => {
  expect(readMark(markText(mark))).toEqual(mark);
  const withOrigins = { ...mark, origins: [originOf(place), 'aaaaaaaaaaaa'] };
  expect(readMark(markText(withOrigins))).toEqual(withOrigins);
});

it('has the length that every store takes, also with all origins', () => {
  const uid = '8b1f5d0e-2f0c-4c9f-9a57-0e3f6a4b1c2d';
  const origins = Array.from({ length: syncLimits.markOriginsMax }, () => originOf(place));
  const text = markText({ clusterUid: uid, namespaceUid: uid, syncUid: uid, origins });
  expect(text.length).toBeLessThanOrEqual(syncLimits.markCharactersMax);
});

it('has another origin for each Secret', () => {
  const others = [{ clusterUid: 'x' }, { namespaceUid: 'x' }, { secretName: 'x' }];
  const origins = [{}, ...others].map((other) => originOf({ ...place, ...other }));
  expect(new Set(origins).size).toBe(4);
  expect(originOf(place)).toMatch(/^[0-9a-f]{12}$/);
});

it.each([
  ['another version', 'v2/cluster/ns/sync'],
  ['fewer parts', 'v1/cluster/ns'],
  ['more parts', 'v1/cluster/ns/sync/more'],
  ['parts after the origins', 'v1/cluster/ns/sync/aaaaaaaaaaaa/more'],
  ['an empty origin', 'v1/cluster/ns/sync/aaaaaaaaaaaa.'],
  ['an empty part', 'v1//ns/sync'],
  ['other characters', 'v1/cluster/ns/sy nc'],
  ['no mark of this project', 'external-secrets'],
  ['an empty text', ''],
  ['too long a text', `v1/${'c'.repeat(400)}/ns/sync`],
])('takes a text with %s for a mark of somebody else', (_what, text) => {
  expect(readMark(text)).toBe('unreadable');
});

it('has no mark where there is none', () => {
  expect(readMark(undefined)).toBeUndefined();
});

it('belongs to an owner only if each part is equal', () => {
  expect(isMarkOf({ ...mark }, mark)).toBe(true);
  for (const part of ['clusterUid', 'namespaceUid', 'syncUid'] as const) {
    expect(isMarkOf({ ...mark, [part]: 'other' }, mark)).toBe(false);
  }
  expect(isMarkOf({ ...mark, origins: ['aaaaaaaaaaaa'] }, mark)).toBe(true);
  expect(originsIn({ ...mark, origins: ['aaaaaaaaaaaa'] })).toEqual(['aaaaaaaaaaaa']);
  expect([undefined, 'unreadable' as const, mark].map(originsIn)).toEqual([[], [], []]);
  expect(isMarkOf(undefined, mark)).toBe(false);
  expect(isMarkOf('unreadable', mark)).toBe(false);
});
