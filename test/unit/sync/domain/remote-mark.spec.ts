import { expect, it } from 'vitest';
import { isMarkOf, markText, readMark } from '../../../../src/sync/domain/remote-mark.js';

const mark = {
  clusterUid: '8b1f5d0e-2f0c-4c9f-9a57-0e3f6a4b1c2d',
  namespaceUid: 'ns-1',
  syncUid: 'sync-1',
};

it('reads the mark that it writes', () => {
  expect(readMark(markText(mark))).toEqual(mark);
});

it.each([
  ['another version', 'v2/cluster/ns/sync'],
  ['fewer parts', 'v1/cluster/ns'],
  ['more parts', 'v1/cluster/ns/sync/more'],
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
  expect(isMarkOf(undefined, mark)).toBe(false);
  expect(isMarkOf('unreadable', mark)).toBe(false);
});
